"""What the matrix does not ask of DSPy: when a stream begins."""

import pytest

from compatibility.environments import Unreachable, python
from compatibility.rows import ROWS
from compatibility.running import PROGRAMS
from spansight.conventions import attributes
from spansight.demo.provider import SCENARIOS, Provider
from support.otlp_sink import Sink
from support.processes import environment, run

pytestmark = pytest.mark.timeout(900)


def test_a_stream_says_so_and_when_it_begins() -> None:
    (row,) = [row for row in ROWS if row.name == "dspy"]
    try:
        interpreter = python(row.environment)
    except Unreachable as error:
        pytest.skip(f"no package index answers, and {row.name} is not cached: {error}")
    with Provider() as provider, Sink() as sink:
        environ = environment(
            PROVIDER=provider.root,
            OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
            SPANSIGHT_ENABLED="true",
            # DSPy asks the network for what models can do, unless told not to.
            LITELLM_LOCAL_MODEL_COST_MAP="True",
        )
        done = run([interpreter, PROGRAMS / "dspy_stream.py"], environ, 120)
    assert (done.code, done.errors) == (0, "")
    (call,) = [span for span in sink.spans if attributes.OPERATION_NAME in span.attributes]
    assert call.attributes[attributes.REQUEST_STREAM] is True
    waited = call.attributes[attributes.TIME_TO_FIRST_CHUNK]
    assert SCENARIOS["slow_first_token"].first_token_s < waited < call.seconds
