"""Scores of recorded answers leave a real process, joined to the traces of those."""

import pytest

from spansight.conventions import attributes, events
from support.otlp_sink import Sink
from support.processes import environment, python, run


@pytest.mark.parametrize(
    ("captures", "reason"),
    [("true", "Refunds take 9 days. (not in the context: 9)"), ("false", None)],
)
def test_each_score_joins_the_span_of_its_answer(
    sink: Sink, captures: str, reason: str | None
) -> None:
    environ = environment(
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        SPANSIGHT_ENABLED="true",
        SPANSIGHT_CAPTURE_CONTENT=captures,
    )
    done = run(python("evaluated.py"), environ)
    assert (done.code, done.errors) == (0, "")
    told = {
        (event.trace_id, event.span_id): (event.attributes[attributes.EVALUATION_SCORE], event.body)
        for event in sink.events
        if event.name == events.EVALUATION
        and event.attributes[attributes.EVALUATION_NAME] == "faithfulness"
    }
    assert told[f"{1:032x}", f"{1:016x}"][0] == 1.0
    assert told[f"{2:032x}", f"{2:016x}"] == (0.0, reason)
