"""Scores as events."""

import math
from typing import Any, cast

import pytest
from opentelemetry import trace

import spansight
from spansight.conventions import attributes, events
from support.recording import Recorded


def test_a_score_is_an_event_of_the_span_it_is_about(recorded: Recorded) -> None:
    with (
        spansight.context(pipeline="docs", feature="qa"),
        trace.get_tracer("test").start_as_current_span("answer") as span,
    ):
        spansight.evals.record(
            "faithfulness", 1, evaluator="heuristic", label="pass", explanation="all words found"
        )
    (event,) = recorded.events
    assert (event.event_name, event.body) == (events.EVALUATION, "all words found")
    assert (event.trace_id, event.span_id) == (
        span.get_span_context().trace_id,
        span.get_span_context().span_id,
    )
    assert dict(event.attributes) == {
        attributes.EVALUATION_NAME: "faithfulness",
        attributes.EVALUATION_SCORE: 1.0,
        attributes.EVALUATION_LABEL: "pass",
        attributes.EVALUATOR: "heuristic",
        attributes.PIPELINE: "docs",
        attributes.FEATURE: "qa",
        attributes.TEAM: "core",
    }


def test_an_open_span_knows_its_lowest_score(recorded: Recorded) -> None:
    """Traces are sampled by their spans alone; an event of a span that is over comes too late."""
    tracer = trace.get_tracer("test")
    with tracer.start_as_current_span("answer"):
        for score in (0.8, 0.2, 0.5):
            spansight.evals.record("faithfulness", score, evaluator="heuristic")
    with tracer.start_as_current_span("unjudged"):
        pass
    answer, unjudged = recorded.spans
    assert (answer.attributes or {})[attributes.EVALUATION_LOWEST] == 0.2
    assert attributes.EVALUATION_LOWEST not in (unjudged.attributes or {})
    assert len(recorded.events) == 3


def test_a_pipeline_that_is_named_wins_over_the_context(recorded: Recorded) -> None:
    with spansight.context(pipeline="docs"):
        spansight.evals.record("relevance", 0.5, evaluator="judge", pipeline="mail")
    (event,) = recorded.events
    assert event.attributes[attributes.PIPELINE] == "mail"


@pytest.mark.parametrize("score", [1.01, -0.1, math.nan, math.inf, "good", None])
def test_a_wrong_score_is_one_line_and_no_event(
    recorded: Recorded, score: object, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"wrong score {score}"
    for _ in range(2):
        spansight.evals.record(name, cast("Any", score), evaluator="heuristic")
    assert capsys.readouterr().err == (
        f"spansight: score {score!r} of {name!r}: expected a number from 0 to 1; not recorded\n"
    )
    assert not recorded.events


def test_an_unknown_evaluator_is_one_line_and_no_event(
    recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    spansight.evals.record("relevance", 0.5, evaluator=cast("Any", "oracle"))
    assert capsys.readouterr().err.startswith("spansight: evaluator 'oracle' of 'relevance': ")
    assert not recorded.events
