"""Answers that a real process judges, as the metric that a real Collector derives."""

from typing import Final

import pytest

from collector.exposition import histogram, samples
from collector.process import Collector, eventually
from spansight.conventions import attributes, metrics
from spansight.demo.provider import Provider
from support.processes import environment, python, run

pytestmark = pytest.mark.stack

SERVICE: Final = "judged-shop"
NOBODY: Final = {"service": SERVICE, "environment": "unknown", "team": "unknown", "feature": "none"}
SHOP: Final = {
    **NOBODY,
    "team": "support",
    "feature": "answers",
    "experiment": "tone",
    "variant": "casual",
}


@pytest.fixture(scope="module")
def sent(collector: Collector) -> Collector:
    """Let a process make its calls, content off, with the classifier and two checks."""
    with Provider(dated=True) as provider:
        done = run(
            python("answers.py", "toxic"),
            environment(
                PROVIDER=provider.root,
                OTEL_SERVICE_NAME=SERVICE,
                OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.ports.otlp_http}",
                SPANSIGHT_ENABLED="true",
            ),
        )
    assert (done.code, done.errors) == (0, "")
    return collector


def test_scores_are_observations_by_evaluator_and_variant(sent: Collector) -> None:
    metric = metrics.EVALUATION_SCORE
    said = {"evaluation": "short", "evaluator": "heuristic", "pipeline": SERVICE}
    expected = {
        **histogram(metric, {**SHOP, **said}, [0.0, 0.0]),
        **histogram(metric, {**NOBODY, **said}, [0.0]),
    }

    def arrive() -> None:
        found = samples(sent.exposition())
        assert {one: found.get(one) for one in expected} == expected

    eventually(arrive)


def test_the_classifier_s_scores_are_there_and_low(sent: Collector) -> None:
    def arrive() -> None:
        found = samples(sent.exposition())
        told = {
            dict(labels)["team"]: value
            for (name, labels), value in found.items()
            if name == metrics.EVALUATION_SCORE.sum
            and dict(labels).get("evaluation") == "toxicity"
            and dict(labels)["evaluator"] == "classifier"
        }
        assert told.keys() == {"support", "unknown"}
        # Of two answers, neither of which is abuse.
        assert 0 < told["support"] < 2 * 0.5

    eventually(arrive)


def test_events_reach_the_store_beside_the_span_they_are_about(sent: Collector) -> None:
    answer = next(span for span in sent.spans(SERVICE, 6) if span.name == "chat gpt-4o")
    about = [one for one in sent.records(SERVICE, 7) if one.span_id == answer.span_id]
    names = {
        pair.value.string_value
        for one in about
        for pair in one.attributes
        if pair.key == attributes.EVALUATION_NAME
    }
    assert names == {"short", "toxicity"}
