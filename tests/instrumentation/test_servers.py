"""Web servers: every worker sends its own spans, each once, and none is lost when it is stopped."""

import signal
import sys
from pathlib import Path

import pytest

from spansight.demo.provider import Provider
from support.otlp_sink import Sink
from support.processes import environment
from support.serving import GUNICORN, UVICORN, serve

BIN = Path(sys.executable).parent
SERVERS = {
    "uvicorn": ((BIN / "uvicorn", *UVICORN), 1),
    "uvicorn by -m": ((sys.executable, "-m", "uvicorn", *UVICORN), 1),
    "two workers of uvicorn": ((BIN / "uvicorn", *UVICORN, "--workers", "2"), 2),
    "two workers of gunicorn": ((BIN / "gunicorn", *GUNICORN, "--workers", "2"), 2),
    "two workers of gunicorn, preloaded": (
        (BIN / "gunicorn", *GUNICORN, "--workers", "2", "--preload"),
        2,
    ),
}


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("server", SERVERS)
def test_each_worker_sends_its_own_spans_and_loses_none(
    provider: Provider, sink: Sink, server: str, stop: signal.Signals
) -> None:
    command, workers = SERVERS[server]
    environ = environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        # Only a flush sends: without one, nothing would have arrived by the end of the test.
        OTEL_BSP_SCHEDULE_DELAY="60000",
        SPANSIGHT_ENABLED="true",
    )
    answered, errors = serve(command, environ, workers=workers, stop=stop)
    assert "spansight" not in errors
    assert len(sink.spans) == len(answered)
    assert len({span.span_id for span in sink.spans}) == len(answered)
    assert len({span.resource["service.instance.id"] for span in sink.spans}) == workers
