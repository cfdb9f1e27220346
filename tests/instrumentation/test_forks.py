"""Child processes, however they are started: each sends its own spans, and none of its parent's."""

import pytest

from spansight.demo.provider import ANSWER, Provider
from support.otlp_sink import Sink
from support.processes import environment, python, run


@pytest.mark.parametrize(
    ("method", "children"), [("os", 1), ("fork", 3), ("spawn", 3), ("forkserver", 3)]
)
def test_children_send_their_own_spans(
    provider: Provider, sink: Sink, method: str, children: int
) -> None:
    environ = environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        # Only a flush sends: without one, nothing would have arrived by the end of the test.
        OTEL_BSP_SCHEDULE_DELAY="60000",
        SPANSIGHT_ENABLED="true",
        # From 3.12 on, Python warns whoever forks beside a thread, as any exporter has one.
        PYTHONWARNINGS="ignore:This process:DeprecationWarning",
    )
    # Several interpreters, one after the other, import the client.
    done = run(python("workers.py", method), environ, within_s=90)
    calls = 1 + children
    assert (done.code, done.output, done.errors) == (0, f"{ANSWER}\n" * calls, "")
    assert [span.name for span in sink.spans] == ["chat gpt-4o"] * calls
    assert len({span.span_id for span in sink.spans}) == calls
    assert len({span.resource["service.instance.id"] for span in sink.spans}) == calls
