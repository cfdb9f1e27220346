"""What a span remembers of its scores, for whoever samples traces."""

from opentelemetry import trace

import spansight
from spansight.conventions import attributes
from support.recording import Recorded


def test_of_toxicity_the_highest_score_is_the_worst(recorded: Recorded) -> None:
    with trace.get_tracer("test").start_as_current_span("answer"):
        spansight.evals.record("polite", 0.75, evaluator="heuristic")
        spansight.evals.record("toxicity", 0.125, evaluator="classifier")
    assert recorded.attributes("answer")[attributes.EVALUATION_LOWEST] == 0.75
    with trace.get_tracer("test").start_as_current_span("abuse"):
        spansight.evals.record("toxicity", 0.875, evaluator="classifier")
    assert recorded.attributes("abuse")[attributes.EVALUATION_LOWEST] == 0.125
