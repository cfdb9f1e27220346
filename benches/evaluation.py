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
from typing import Final

from rich.console import Console
from rich.table import Table

from spansight.evals import Case, Dataset, Faithfulness, Limits, evaluate
from spansight.evals.checks import Length, NotEmpty, NotRefused, WithinLatency
from spansight.evals.quality import RAG
from spansight.measures.sentences import sentences

CORPUS: Final = Path(__file__).parents[1] / "examples" / "rag" / "corpus.json"
ROUNDS: Final = 3
CASES: Final = 500
"""In a round, others in each."""
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
    for name, wanted, action in (
        ("answers, faithfulness", 200, judge_faithfulness),
        ("answers, every check", 5000, check),
        ("cases, every measure, in a run", 167, run),
    ):
        shown.add_row(name, f"{CASES / least_s(action):,.0f}", f"{wanted:,}")
    Console().print(shown)


def judge_faithfulness(answers: list[Case]) -> None:
    """Check every claim."""
    for answer in answers:
        Faithfulness().evaluate(answer)


def check(answers: list[Case]) -> None:
    """Make every check."""
    for answer in answers:
        for one in CHECKS.values():
            one.evaluate(answer)


def run(answers: list[Case]) -> None:
    """Evaluate them as a dataset."""
    evaluate(Dataset("bench", answers), {**RAG, **CHECKS}, limits=Limits(concurrency=1))


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
