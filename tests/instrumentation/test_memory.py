"""A process that makes calls for ever holds no more of them than of the first."""

import json

import pytest

from support.otlp_sink import Sink
from support.processes import environment, python, run

WARM, CALLS = 600, 1200


@pytest.mark.parametrize("instrumentor", ["official", "openllmetry"])
def test_nothing_is_left_of_a_call_not_even_of_an_abandoned_stream(
    sink: Sink, instrumentor: str
) -> None:
    environ = environment(
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        SPANSIGHT_ENABLED="true",
        SPANSIGHT_INSTRUMENTOR=instrumentor,
    )
    done = run(python("many.py", str(WARM), str(CALLS)), environ, within_s=120)
    assert (done.code, done.errors) == (0, "")
    left = json.loads(done.output)
    # Every span ended while the process ran: none was left for its exit to end.
    assert (left["ended"], left["dropped"]) == (WARM + CALLS, {})
    assert len({span.span_id for span in sink.spans}) == WARM + CALLS
    # A call that stayed would be dozens of each; what is filled once may still grow by a few.
    assert left["objects"] < 0.5
    assert left["blocks"] < 2
