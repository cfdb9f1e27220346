"""A web server of the served program, asked until all its workers have answered, then stopped."""

import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from signal import Signals

from spansight.demo.provider import ANSWER
from support.listening import free_port, listens
from support.otlp_sink import until
from support.processes import PROGRAMS, running

UVICORN = ("served:app", "--app-dir", PROGRAMS, "--port", "{port}")
GUNICORN = ("served:wsgi", "--chdir", PROGRAMS, "--no-control-socket", "--bind", "127.0.0.1:{port}")
_PATIENCE_S = 60


def serve(
    command: Sequence[str | Path], environ: Mapping[str, str], *, workers: int, stop: Signals
) -> tuple[list[str], str]:
    """Serve until every worker has answered; return who answered each request, and stderr."""
    port = free_port()
    with running([str(word).format(port=port) for word in command], environ) as process:
        until(lambda: listens(port), within_s=_PATIENCE_S)
        answered: list[str] = []

        def all_have_answered() -> bool:
            answered.append(_ask(port))
            return len(set(answered)) == workers

        until(all_have_answered, within_s=_PATIENCE_S)
        process.send_signal(stop)
        _, errors = process.communicate(timeout=_PATIENCE_S)
    return answered, errors


def _ask(port: int) -> str:
    """Make one request, and return the id of the process that answered."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}") as answer:
        pid, text = answer.read().decode().split(" ", 1)
    assert text == ANSWER
    return pid
