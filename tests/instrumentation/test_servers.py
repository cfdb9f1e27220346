"""Web servers: every worker sends its own spans, each once, and none is lost when it is stopped."""

import signal
import sys
import urllib.request
from pathlib import Path

import pytest

from spansight.demo.provider import ANSWER, Provider
from support.listening import free_port, listens
from support.otlp_sink import Sink, until
from support.processes import PROGRAMS, environment, running

BIN = Path(sys.executable).parent
UVICORN = ("served:app", "--app-dir", PROGRAMS, "--port")
GUNICORN = (BIN / "gunicorn", "served:wsgi", "--chdir", PROGRAMS, "--no-control-socket", "--bind")
SERVERS = {
    "uvicorn": ((BIN / "uvicorn", *UVICORN, "{port}"), 1),
    "uvicorn by -m": ((sys.executable, "-m", "uvicorn", *UVICORN, "{port}"), 1),
    "two workers of uvicorn": ((BIN / "uvicorn", *UVICORN, "{port}", "--workers", "2"), 2),
    "two workers of gunicorn": ((*GUNICORN, "127.0.0.1:{port}", "--workers", "2"), 2),
    "two workers of gunicorn, preloaded": (
        (*GUNICORN, "127.0.0.1:{port}", "--workers", "2", "--preload"),
        2,
    ),
}
ENOUGH = 200


def ask(port: int) -> str:
    """Make one request, and return the id of the process that answered."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}") as answer:
        pid, text = answer.read().decode().split(" ", 1)
    assert text == ANSWER
    return pid


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
    port = free_port()
    with running([str(word).format(port=port) for word in command], environ) as process:
        until(lambda: listens(port), within_s=20)
        answered = [ask(port)]
        while len(set(answered)) < workers:
            assert len(answered) < ENOUGH
            answered.append(ask(port))
        process.send_signal(stop)
        _, errors = process.communicate(timeout=20)
    assert "spansight" not in errors
    assert len(sink.spans) == len(answered)
    assert len({span.span_id for span in sink.spans}) == len(answered)
    assert len({span.resource["service.instance.id"] for span in sink.spans}) == workers
