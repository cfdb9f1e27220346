"""Bring the one stack of this user up or down, in Docker or as plain processes, and look at it."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spansight.errors import StackError
from spansight.stack import cache, docker, state
from spansight.stack.native import NativeStack
from spansight.stack.ports import Ports
from spansight.stack.processes import alive, command
from spansight.stack.servers import GRAFANA_LOGIN, SERVERS
from spansight.stack.state import Mode, State
from spansight.stack.supervision import MODULE
from spansight.stores.http import answers

_START_WITHIN_S: Final = 10.0
"""A stack that another process is starting needs about 4 s."""
_STOP_WITHIN_S: Final = 30.0
_POLL_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """One server of the recorded stack."""

    url: str
    ready: bool
    pid: int | None


def up(
    say: Callable[[str], object], *, mode: Mode | None = None, ports: Ports | None = None
) -> State:
    """Start the stack unless it runs; without a mode, in Docker where that works.

    Where a part of it does not answer, all of it is started again, and the Collector delivers what
    waits in its queue.
    """
    running = state.read()
    if running:
        silent = _silent(running)
        if not silent:
            say(f"the stack is up already ({running.mode}); `spansight down` stops it")
            return running
        say(f"not answering: {', '.join(silent)}; starting the stack again")
        down()
    started = docker.up() if _in_docker(say, mode) else _native(say, ports)
    started.write()
    return started


def down(*, purge: bool = False) -> Mode | None:
    """Stop the stack and return how it ran, None when there was none; `purge` deletes its data."""
    running = state.read()
    if running and running.mode == "docker":
        docker.down(purge=purge)
    if running:
        if running.supervisor:
            _stop(running.supervisor)
        running.remove()
    if purge:
        shutil.rmtree(cache.run_folder())
    return running.mode if running else None


def status(running: State) -> dict[str, ServerStatus]:
    """Ask every server of a stack whether it is ready."""
    endpoints = running.endpoints.as_dict()
    return {
        name: ServerStatus(
            url=url,
            ready=answers(name, url, server.ready[1]),
            pid=_living(running.pids.get(name)),
        )
        for name, server in SERVERS.items()
        if (url := endpoints[server.ready[0]])
    }


def _silent(running: State) -> list[str]:
    """Return the servers that do not answer, once they have had the time to start."""
    deadline = time.monotonic() + _START_WITHIN_S
    while True:
        silent = [name for name, server in status(running).items() if not server.ready]
        starting = silent and _living(running.supervisor) and time.monotonic() < deadline
        if not starting:
            return silent
        time.sleep(_POLL_S)


def _living(pid: int | None) -> int | None:
    return pid if pid and alive(pid) else None


def logs(running: State) -> str:
    """Return where the servers' logs are: a folder, or the command that shows them."""
    return docker.LOGS if running.mode == "docker" else str(Path(running.folder) / "logs")


def password_file(running: State) -> Path:
    """Return the file that has the password of Grafana's user `admin`."""
    if running.mode == "docker":
        return docker.environment_file()
    return Path(running.folder) / GRAFANA_LOGIN


def _in_docker(say: Callable[[str], object], mode: Mode | None) -> bool:
    if mode == "native":
        return False
    obstacle = docker.obstacle()
    if obstacle and mode == "docker":
        raise StackError(f"the stack cannot run in Docker: {obstacle}; try `spansight up --native`")
    if obstacle:
        say(f"not in Docker ({obstacle}), so as plain processes")
    return not obstacle


def _native(say: Callable[[str], object], ports: Ports | None) -> State:
    stack = NativeStack(cache.run_folder(), ports=ports)
    stack.up()
    started = stack.detach()
    if stack.missing:
        say(stack.missing)
    return started


def _stop(supervisor: int) -> None:
    """End a supervisor, and with it its servers; a pid that is another program's by now is left."""
    if not alive(supervisor) or (Path("/proc").exists() and MODULE not in command(supervisor)):
        return
    os.kill(supervisor, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_WITHIN_S
    while alive(supervisor):
        if time.monotonic() > deadline:
            os.kill(supervisor, signal.SIGKILL)
        time.sleep(_POLL_S)
