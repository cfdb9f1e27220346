"""RAGAS itself, in an environment of its own, asks a scripted model; its formulas are recomputed.

The provider answers what each of RAGAS's prompts asks for, told apart by the shape that they name.
A statement holds where the context has it word for word.
"""

import json
import math
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from compatibility.environments import Unreachable, locked, python
from compatibility.rows import RAGAS
from spansight.conventions import attributes, events
from spansight.demo.provider import Provider
from spansight.demo.wire import Json, Request, vector
from support.otlp_sink import Sink
from support.processes import environment, run

# The first run on a machine downloads 600 MB.
pytestmark = pytest.mark.timeout(900)

PROGRAM = Path(__file__).parent / "programs" / "ragas_scores.py"
ASKED_FOR = "How many days do refunds take?"
"""The question that the scripted model makes of the answer."""
GOLDEN: list[Json] = [
    {
        "id": "1",
        "question": "How long do refunds take?",
        "answer": "Refunds take 7 days. Trains are slow.",
        "contexts": ["Trains are fast.", "Refunds take 7 days."],
        "ground_truth": "Refunds take 7 days. Passes are refunded too.",
    },
    {"id": "2", "question": "Who?", "answer": "I don't know."},
]


def sentences(text: str) -> list[str]:
    return re.findall(r"[^.]+\.", text.strip())


def statements(given: Json) -> Json:
    return {"statements": [one.strip() for one in sentences(given["answer"])]}


def verdicts(given: Json) -> Json:
    return {
        "statements": [
            {"statement": one, "reason": "", "verdict": int(one in given["context"])}
            for one in given["statements"]
        ]
    }


def question(given: Json) -> Json:
    return {"question": ASKED_FOR, "noncommittal": int("don't know" in given["response"])}


def useful(given: Json) -> Json:
    return {"reason": "", "verdict": int(given["context"] in given["answer"])}


def attributed(given: Json) -> Json:
    return {
        "classifications": [
            {"statement": one, "reason": "", "attributed": int(one.strip() in given["context"])}
            for one in sentences(given["answer"])
        ]
    }


SHAPES: dict[str, Callable[[Json], Json]] = {
    "StatementGeneratorOutput": statements,
    "NLIStatementOutput": verdicts,
    "AnswerRelevanceOutput": question,
    "ContextPrecisionOutput": useful,
    "ContextRecallOutput": attributed,
}


def reply(request: Request) -> str:
    (shape,) = {name for name in SHAPES if f'"title": "{name}"' in request.prompt}
    _, _, given = request.question.rpartition("\ninput: ")
    read, _ = json.JSONDecoder().raw_decode(given)
    return json.dumps(SHAPES[shape](read))


@dataclass(frozen=True)
class Told:
    """What a run of RAGAS told."""

    started: str
    scores: dict[tuple[str, str], Json]
    errors: str
    sink: Sink
    provider: Provider


def ran(sink: Sink, provider: Provider, scenario: str = "ok") -> Told:
    try:
        interpreter = python(RAGAS)
    except Unreachable as error:
        pytest.skip(f"no package index answers, and {RAGAS.name} is not cached: {error}")
    environ = environment(
        PROVIDER=provider.url(scenario),
        SPANSIGHT_JUDGE_KEY="unused",
        SPANSIGHT_ENABLED="true",
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
    )
    done = run([interpreter, PROGRAM, json.dumps(GOLDEN)], environ, within_s=120)
    assert done.code == 0, done.errors
    told: dict[str, Any] = json.loads(done.output)
    scores = {(score["case"], score["name"]): score for score in told["scores"]}
    return Told(told["started"], scores, done.errors, sink, provider)


@pytest.fixture(scope="module")
def told() -> Generator[Told]:
    with Sink() as sink, Provider(reply) as provider:
        yield ran(sink, provider)


def cosine(one: str, other: str) -> float:
    return math.fsum(a * b for a, b in zip(vector(one), vector(other), strict=True))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("faithfulness", 1 / 2),
        ("relevancy", cosine(GOLDEN[0]["question"], ASKED_FOR)),
        ("context_precision", 1 / 2),
        ("context_recall", 1 / 2),
    ],
)
def test_a_metric_of_ragas_is_a_score_of_ours(told: Told, name: str, value: float) -> None:
    """Precision: of the two contexts, the second alone tells what is right: 1 of 2 by then."""
    score = told.scores["1", name]
    assert score["value"] == pytest.approx(value, abs=1e-6)
    assert (score["by"], score["error_type"]) == ("ragas", None)
    assert score["about"][attributes.JUDGE_MODEL] == "gpt-4o-mini"
    assert score["about"][attributes.PROMPT_VERSION] == locked(RAGAS)["ragas"] == "0.4.3"


def test_what_a_metric_needs_and_a_case_has_not_is_not_judged(told: Told) -> None:
    values = {name: score["value"] for (case, name), score in told.scores.items() if case == "2"}
    assert values == {
        "faithfulness": None,
        "relevancy": 0.0,
        "context_precision": None,
        "context_recall": None,
    }


def test_the_run_has_a_time_and_each_score_its_calls(told: Told) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", told.started)
    chats = [call for call in told.provider.calls if call.operation == "chat"]
    costs = {key: score["cost_usd"] for key, score in told.scores.items()}
    assert costs["1", "faithfulness"] == costs["1", "context_precision"] == 2
    assert costs["1", "relevancy"] == 3
    assert sum(costs.values()) == len(chats)


def test_its_calls_are_the_feature_evaluation_and_its_scores_events(told: Told) -> None:
    assert {span.attributes[attributes.FEATURE] for span in told.sink.spans} == {"evaluation"}
    assert len(told.sink.spans) == len(told.provider.calls)
    scored = [event for event in told.sink.events if event.name == events.EVALUATION]
    assert {event.attributes[attributes.EVALUATOR] for event in scored} == {"ragas"}
    assert len(scored) == 5


def test_what_it_counts_of_its_users_it_keeps(told: Told) -> None:
    assert told.errors.splitlines()[-1] == "true"


@pytest.mark.parametrize("scenario", ["wrong_key", "ignores_schema"])
def test_what_goes_wrong_is_a_recorded_failure(scenario: str) -> None:
    with Sink() as sink, Provider(lambda _: "no JSON") as provider:
        told = ran(sink, provider, scenario)
    failed = [score for (case, _), score in told.scores.items() if case == "1"]
    assert {score["error_type"] for score in failed} == {"RagasError"}
    assert all(score["reason"].startswith("RAGAS ") and score["by"] == "ragas" for score in failed)
