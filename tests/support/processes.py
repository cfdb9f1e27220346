"""Real Python processes, instrumented from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
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
    done = subprocess.run(
        command, env=dict(environ), capture_output=True, text=True, timeout=within_s, check=False
    )
    return Finished(done.returncode, done.stdout, done.stderr, time.monotonic() - started)


@contextmanager
def running(
    command: Sequence[str | Path], environ: Mapping[str, str]
) -> Generator[subprocess.Popen[str]]:
    """Run a command while the block does."""
    process = subprocess.Popen(
        command, env=dict(environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def python(program: str, *arguments: str) -> list[str | Path]:
    """Return the command that runs one of the programs of these tests."""
    return [sys.executable, PROGRAMS / program, *arguments]
