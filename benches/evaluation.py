"""How fast answers are judged without a model: answers and cases a second, on one thread.

CPU time, the best of several rounds: whatever else the machine does only adds to it.
Answers are all different, so that nothing is remembered from one to the next but the passages, as
in real traffic.
"""

import json
import logging
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from opentelemetry._logs import set_logger_provider
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, InMemoryLogRecordExporter
from rich.console import Console
from rich.table import Table

from spansight.evals import Case, Dataset, Faithfulness, Limits, evaluate, online
from spansight.evals.checks import Length, NotEmpty, NotRefused, WithinLatency
from spansight.evals.quality import RAG
from spansight.evals.toxicity import Packaged, Toxicity
from spansight.measures.sentences import sentences
from spansight.settings import Settings
from spansight.telemetry.records.labelling import LabelledEvents

CORPUS: Final = Path(__file__).parents[1] / "examples" / "rag" / "corpus.json"
ROUNDS: Final = 3
CASES: Final = 500
"""In a round, others in each."""
GOLDEN: Final = 10_000
ALL_ONLINE: Final = "usual,language=en,matches=[a-z],cites_contexts,not_abusive,toxicity"
CHECKS: Final = {
    "not_empty": NotEmpty(),
    "length": Length(most=2000),
    "not_refused": NotRefused(),
    "within_latency": WithinLatency(5.0),
}


def main() -> None:
    """Print the table."""
    logging.disable()
    shown = Table("what", "a second", "least wanted")
    _emit_to_nobody()
    Packaged().prepare()
    for name, wanted, action in (
        ("answers online, usual", 5000, judge_online("usual")),
        ("answers online, every check and toxicity", 500, judge_online(ALL_ONLINE)),
        ("answers, toxicity", 500, judge_toxicity),
        ("answers, faithfulness", 200, judge_faithfulness),
        ("answers, every check", 5000, check),
        ("cases, every measure, in a run", 167, run),
    ):
        shown.add_row(name, f"{CASES / least_s(action):,.0f}", f"{wanted:,}")
    Console().print(shown)
    took_s = golden_set_s()
    Console().print(
        f"{GOLDEN:,} cases, every measure, kept in a file: {took_s:.0f} s, at most 60 s"
    )


def golden_set_s() -> float:
    """Return the seconds that a large golden set takes, without judges, on all cores."""
    golden = Dataset("golden", cases(range(GOLDEN)))
    with TemporaryDirectory() as folder:
        started = time.perf_counter()
        evaluate(golden, {**RAG, **CHECKS}, file=Path(folder) / "run.jsonl")
        return time.perf_counter() - started


def judge_toxicity(answers: list[Case]) -> None:
    """Score each answer, and tell nobody."""
    evaluator = Toxicity()
    for answer in answers:
        evaluator.evaluate(answer)


def judge_faithfulness(answers: list[Case]) -> None:
    """Check every claim."""
    for answer in answers:
        Faithfulness().evaluate(answer)


def judge_online(names: str) -> Callable[[list[Case]], None]:
    """Judge answers as they are judged in a process, events included."""
    evaluators = online.evaluators_of(names)

    def judge(answers: list[Case]) -> None:
        online.judge_answers(map(online.Observed, answers), evaluators)

    return judge


def check(answers: list[Case]) -> None:
    """Make every check."""
    for answer in answers:
        for one in CHECKS.values():
            one.evaluate(answer)


def run(answers: list[Case]) -> None:
    """Evaluate them as a dataset."""
    evaluate(Dataset("bench", answers), {**RAG, **CHECKS}, limits=Limits(concurrency=1))


def _emit_to_nobody() -> None:
    """Make events as an application does, up to the queue of what sends them."""
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(LabelledEvents(Settings()))
    provider.add_log_record_processor(BatchLogRecordProcessor(InMemoryLogRecordExporter()))
    set_logger_provider(provider)


def cases(numbers: range) -> list[Case]:
    """Return answers of four sentences, one of them wrong, each from five passages."""
    texts = [row["text"] for row in json.loads(CORPUS.read_text("utf-8"))]
    said = [sentence for text in texts for sentence in sentences(text)]

    def case(number: int) -> Case:
        start = number % len(texts)
        contexts = tuple(islice((texts * 2), start, start + 5))
        true = [sentence for context in contexts for sentence in sentences(context)][:3]
        wrong = f"{said[number % len(said)].rstrip('.')} {number}."
        answer = " ".join((*true, wrong))
        return Case(
            id=str(number),
            question=f"{true[0]} {number}?",
            answer=answer,
            contexts=contexts,
            ground_truth=true[0],
            latency_s=1.0,
            input_tokens=900,
            output_tokens=80,
            finish_reason="stop",
            trace_id=f"{number + 1:032x}",
            span_id=f"{number + 1:016x}",
        )

    return [case(number) for number in numbers]


def least_s(action: Callable[[list[Case]], None]) -> float:
    """Return the CPU seconds of the fastest round."""
    found: list[float] = []
    for turn in range(ROUNDS):
        answers = cases(range(turn * CASES, (turn + 1) * CASES))
        started = time.process_time()
        action(answers)
        found.append(time.process_time() - started)
    return min(found)


if __name__ == "__main__":
    main()
