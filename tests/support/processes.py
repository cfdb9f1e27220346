"""Real Python processes, instrumented from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = Path(__file__).parents[1] / "instrumentation" / "programs"


@dataclass(frozen=True, slots=True)
class Finished:
    """How a process ended."""

    code: int
    output: str
    errors: str
    seconds: float


def environment(**values: str) -> dict[str, str]:
    """Return the environment of a process: the machine's without instrumentation, and values."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OTEL_", "SPANSIGHT_"))}
    kept.pop("PYTHONPATH", None)
    return kept | values


def run(
    command: Sequence[str | Path], environ: Mapping[str, str], within_s: float = 30
) -> Finished:
    """Run a command to its end."""
    started = time.monotonic()
    with running(command, environ) as process:
        output, errors = process.communicate(timeout=within_s)
    return Finished(process.returncode, output, errors, time.monotonic() - started)


@contextmanager
def running(
    command: Sequence[str | Path], environ: Mapping[str, str]
) -> Generator[subprocess.Popen[str]]:
    """Run a command while the block does; what it has started ends with it."""
    process = subprocess.Popen(
        command,
        env=dict(environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        # A worker that outlived it would hold its output open, and the test up for ever.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def python(program: str, *arguments: str) -> list[str | Path]:
    """Return the command that runs one of the programs of these tests."""
    return [sys.executable, PROGRAMS / program, *arguments]
