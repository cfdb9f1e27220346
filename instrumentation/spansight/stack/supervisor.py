"""The process that owns the servers of a native stack: none of them outlives it.

It reads one JSON request a line on stdin and answers each with one on stdout.  The end of its input
is the end of the stack, whatever ended the caller, until the caller has let go of it (`detach`).
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn, TypedDict

_PR_SET_PDEATHSIG: Final = 1
_STOP_WITHIN_S: Final = 15.0
"""Tempo takes up to 8 s to write what it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How to start one server."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: str
    log: str


class Fate(TypedDict):
    """What became of one server."""

    pid: int
    exit: int | None
    """Its exit code, None while it runs."""


Status = dict[str, Fate]
"""Server name → what became of it."""


class Servers:
    """The running servers, by name."""

    def __init__(self, launches: Sequence[Launch]) -> None:
        self._launches = {launch.name: launch for launch in launches}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        """Start servers; one that runs already keeps running."""
        for launch in map(self._launches.__getitem__, names):
            running = self._processes.get(launch.name)
            if running and running.poll() is None:
                continue
            with Path(launch.log).open("ab") as log:
                self._processes[launch.name] = subprocess.Popen(
                    launch.command,
                    cwd=launch.folder,
                    env=launch.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    process_group=0,
                    preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - this process has one thread
                )

    def stop(self, *names: str) -> None:
        """Stop servers, the last started first, and wait for the end of each.

        Each can still deliver what it holds: the Collector to Tempo, Tempo to Prometheus.
        """
        for name in reversed([name for name in self._processes if name in names]):
            process = self._processes[name]
            process.terminate()
            try:
                process.wait(timeout=_STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def stop_all(self) -> None:
        """Stop every server."""
        self.stop(*self._processes)

    def status(self) -> Status:
        """Return what became of each server that was started."""
        return {
            name: {"pid": process.pid, "exit": process.poll()}
            for name, process in self._processes.items()
        }


def _die_with(parent: int) -> Callable[[], None] | None:
    """Return what makes a child die when this process is killed; Linux only."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def set_death_signal() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the call above
            os._exit(1)

    return set_death_signal


def main() -> None:
    """Own the servers named by the first line of input."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    servers = Servers([Launch(**launch) for launch in json.loads(sys.stdin.readline())])
    try:
        if _serve(servers):
            _outlive_the_caller()
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        servers.stop_all()


def _serve(servers: Servers) -> bool:
    """Answer requests; return True when the caller let go, False when it ended."""
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        if request["do"] == "start":
            servers.start(*request["names"])
        elif request["do"] == "stop":
            servers.stop(*request["names"])
        sys.stdout.write(json.dumps(servers.status()) + "\n")
        sys.stdout.flush()
        if request["do"] == "detach":
            return True
    return False


def _outlive_the_caller() -> NoReturn:
    devnull = os.open(os.devnull, os.O_RDWR)
    os.dup2(devnull, 0)
    os.dup2(devnull, 1)
    # `signal.pause` would sleep through a signal that comes just before it.
    while True:
        time.sleep(0.5)


def _end(*_: object) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    main()
