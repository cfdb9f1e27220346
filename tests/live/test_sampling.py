"""A sample of what went through the real servers: of every kind, and what must not be missed."""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from spansight.conventions import events
from spansight.evals import Case, Dataset
from spansight.evals.checks import NotEmpty
from spansight.evals.running import evaluate
from spansight.evals.sampling import Window, sample
from spansight.live.findings import eventually
from spansight.stack.native import NativeStack
from spansight.stores.loki import Loki
from spansight.stores.tempo import Tempo
from support.processes import environment
from support.traffic import Traffic

pytestmark = pytest.mark.stack

SIZE = 60
QUESTIONS = Path(__file__).parents[2] / "examples" / "rag" / "questions.json"


@pytest.fixture(scope="module")
def window(stack: NativeStack, traffic: Traffic, loki: Loki) -> Window:
    """Rate one answer badly, and wait until all content has arrived."""
    asked = json.loads(QUESTIONS.read_text("utf-8"))[0]
    window = Window(traffic.started - 1, time.time() + 60)
    said = f'{{service_name="rag-demo"}} | event_name="{events.CONTENT}"'
    lines = eventually(lambda: found(loki, said, window, asked), within_s=60, every_s=1)
    assert lines
    rate = f"import spansight; spansight.feedback(rating=1, trace_id={lines[0]!r})"
    environ = environment(
        OTEL_EXPORTER_OTLP_ENDPOINT=stack.endpoints.otlp_http, SPANSIGHT_ENABLED="true"
    )
    subprocess.run([sys.executable, "-c", rate], env=environ, check=True, timeout=60)
    rated = f'{{service_name=~".+"}} | event_name="{events.FEEDBACK}" | trace_id="{lines[0]}"'
    assert eventually(
        lambda: loki.samples(rated, start=window.start, end=window.end), within_s=60, every_s=1
    )
    return window


def found(loki: Loki, query: str, window: Window, text: str) -> list[str]:
    """Return the traces of the lines that have a text."""
    lines = loki.lines(query, start=window.start, end=window.end, limit=1000)
    return [line.labels["trace_id"] for line in lines if text in line.body]


@pytest.fixture(scope="module")
def drawn(stack: NativeStack, window: Window) -> Dataset:
    return sample(stack.endpoints, window, size=SIZE, seed=1)


def by(drawn: Dataset, reason: str) -> list[Case]:
    return [case for case in drawn.cases if case.metadata["sampled"] == reason]


def test_every_failed_call_is_in_it(drawn: Dataset, traffic: Traffic) -> None:
    failed = [one for one in traffic.calls if one.status != 200 and one.operation == "chat"]
    errors = by(drawn, "error")
    assert 0 < len(errors) <= len(failed)
    # The provider sees each retry, the application one call.
    assert {case.metadata["model"] for case in errors} == {one.model for one in failed}
    assert all(case.answer is None and case.metadata["error_type"] for case in errors)


def test_the_badly_rated_answer_is_in_it(drawn: Dataset) -> None:
    ours = {"rating": "1", "service": "rag-demo"}
    (case,) = [one for one in by(drawn, "low_rating") if ours.items() <= one.metadata.items()]
    # The trace has two calls; the user saw the answer of the last.
    assert case.metadata["model"] == "gpt-4o"


def test_the_dearest_calls_are_in_it(drawn: Dataset, tempo: Tempo, window: Window) -> None:
    dear = [float(str(case.metadata["cost_usd"])) for case in by(drawn, "expensive")]
    assert len(dear) == SIZE // 10
    priced = tempo.matches(
        '{ span.spansight.cost.usd > 0.0 && span.gen_ai.operation.name = "chat" }'
        " | select(span.spansight.cost.usd)",
        start=window.start,
        end=window.end,
        limit=1000,
    )
    costs = sorted((one.attributes["spansight.cost.usd"] for one in priced), reverse=True)
    others = [
        float(str(case.metadata["cost_usd"]))
        for reason in ("error", "low_rating")
        for case in by(drawn, reason)
        if "cost_usd" in case.metadata
    ]
    assert max(dear + others) == costs[0]
    assert min(dear) >= costs[len(dear) + len(others)]


def test_every_feature_and_model_is_in_it(drawn: Dataset, traffic: Traffic) -> None:
    models = {one.model for one in traffic.calls if one.operation == "chat"}
    assert {case.metadata["model"] for case in drawn.cases} == models
    strata = Counter(
        (case.metadata["feature"], case.metadata["model"]) for case in by(drawn, "drawn")
    )
    assert len(strata) > len(models) / 2
    weights = [float(str(case.metadata["weight"])) for case in by(drawn, "drawn")]
    assert min(weights) >= 1


def test_cases_lead_to_their_traces_and_say_what_the_search_found(
    drawn: Dataset, tempo: Tempo
) -> None:
    ids = {case.id for case in drawn.cases}
    assert len(ids) == len(drawn.cases) <= SIZE
    answered = [case for case in drawn.cases if case.metadata["service"] == "rag-demo"]
    assert any(case.contexts for case in answered)
    assert all(case.latency_s and case.latency_s > 0 for case in drawn.cases)
    assert tempo.trace(str(answered[0].trace_id))


def test_the_same_seed_draws_the_same(stack: NativeStack, window: Window, drawn: Dataset) -> None:
    again = sample(stack.endpoints, window, size=SIZE, seed=1)
    assert [case.id for case in again.cases] == [case.id for case in drawn.cases]


def test_a_sample_is_a_dataset_that_can_be_kept_and_judged(drawn: Dataset, tmp_path: Path) -> None:
    drawn.write(tmp_path / "day.jsonl")
    read = Dataset.read(tmp_path / "day.jsonl")
    assert read.cases == drawn.cases
    run = evaluate(read, {"not_empty": NotEmpty()})
    assert run.mean("not_empty") == 1.0
