"""Give a running Collector other prices, without a moment in which it has wrong ones or none.

SIGHUP makes it read all its files again, and one that is broken ends it.  So it is asked first, by
its own `validate`, with its own arguments and variables and the new table in the old one's place.
"""

import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from spansight.errors import ConfigError, StackError, StoreUnavailable
from spansight.stack import docker, files, processes
from spansight.stack.state import State
from spansight.stores.endpoints import Endpoints
from spansight.stores.http import answers, get_text

VARIABLE: Final = "SPANSIGHT_PRICES"
"""What tells a Collector where its table is."""
_DEFAULT: Final = "collector/prices.ottl"

_BACK_WITHIN_S: Final = 120.0
"""It needs a second or two, and on a busy machine ten times that."""
_VALIDATE_WITHIN_S: Final = 120.0
_POLL_S: Final = 0.1
_UPTIME: Final = re.compile(r"^otelcol_process_uptime\w*(?:\{[^}]*\})? (\S+)", re.MULTILINE)


class Collector(Protocol):
    """A running Collector."""

    @property
    def table(self) -> Path:
        """The price table that it reads."""
        ...

    @property
    def endpoints(self) -> Endpoints:
        """Where its health and its own metrics are."""
        ...

    def complaint(self, candidate: Path) -> str:
        """Return what it says against this table beside its own, empty when it takes it."""
        ...

    def reload(self) -> None:
        """Make it read its files again."""
        ...


def running(recorded: State | None, pid: int | None) -> Collector:
    """Return the Collector with this process id, else that of the recorded stack."""
    if pid is not None:
        return Process(pid)
    if recorded is None:
        raise StackError(
            "no stack is up, so no Collector uses these prices; `spansight prices build` writes "
            "them for the next one, and --pid names one that was started elsewhere"
        )
    if recorded.mode == "docker":
        return Container(recorded.endpoints)
    own = recorded.pids.get("collector")
    if own is None:
        raise StackError("the stack has no Collector that runs; `spansight up` starts it again")
    return Process(own, recorded.endpoints)


def apply(collector: Collector, table: Path, content: str) -> float:
    """Replace the table of a Collector and return how many seconds it took to use the new one.

    ConfigError when the Collector refuses it: then nothing has changed.
    """
    if collector.table.resolve() != table.resolve():
        raise ConfigError(
            f"{collector} reads {str(collector.table)!r}, not {str(table)!r}; "
            f"pass --folder {str(collector.table.parent)!r}"
        )
    candidate = table.with_name(f"{table.stem}.candidate{table.suffix}")
    try:
        candidate.write_text(content, encoding="utf-8")
        if complaint := collector.complaint(candidate):
            raise ConfigError(f"{collector} would not start again: {complaint}; nothing is changed")
        candidate.replace(table)
    except OSError as error:
        raise ConfigError(
            f"price table {str(table)!r}: {error.strerror}; expected a writable folder; "
            "the table is unchanged"
        ) from error
    finally:
        candidate.unlink(missing_ok=True)
    told = time.monotonic()
    collector.reload()
    _await(collector, told)
    return time.monotonic() - told


def _await(collector: Collector, told: float) -> None:
    """Wait until it answers, and is younger than what it was told."""
    while time.monotonic() - told < _BACK_WITHIN_S:
        age = _age_s(collector.endpoints)
        if age is not None and age < time.monotonic() - told:
            return
        time.sleep(_POLL_S)
    raise StackError(
        f"{collector} was told to read its files again and did not answer within "
        f"{_BACK_WITHIN_S:.0f} s; its log says why"
    )


def _age_s(endpoints: Endpoints) -> float | None:
    """Return how long ago a healthy Collector read its files; None while it does not answer."""
    if not answers("the Collector", endpoints.collector_health, "/"):
        return None
    try:
        own = get_text("the Collector", endpoints.collector_metrics, "/metrics")
    except StoreUnavailable:
        return None
    found = _UPTIME.search(own)
    return float(found[1]) if found else None


class Process:
    """A Collector of this user on this machine, as the operating system shows it."""

    def __init__(self, pid: int, endpoints: Endpoints | None = None) -> None:
        """Read how the process was started."""
        self._pid = pid
        proc = Path("/proc") / str(pid)
        try:
            self._arguments = _words(proc / "cmdline")[1:]
            self._variables = dict(
                word.split("=", 1) for word in _words(proc / "environ") if "=" in word
            )
            self._folder = (proc / "cwd").readlink()
        except OSError as error:
            raise StackError(
                f"process {pid} cannot be read ({error.strerror}); expected a Collector that you "
                "run on Linux; elsewhere, `spansight prices build` and start it again"
            ) from None
        if not any(word.startswith("--config") for word in self._arguments):
            raise StackError(
                f"process {pid} ({processes.command(pid)}) is no Collector; "
                "expected one that was started with --config"
            )
        self._endpoints = endpoints or _endpoints(self._variables)

    def __str__(self) -> str:
        return f"the Collector (process {self._pid})"

    @property
    def table(self) -> Path:
        """The price table that it reads."""
        return self._folder / (self._variables.get(VARIABLE) or _DEFAULT)

    @property
    def endpoints(self) -> Endpoints:
        """Where its health and its own metrics are."""
        return self._endpoints

    def complaint(self, candidate: Path) -> str:
        """Return what it says against this table beside its own, empty when it takes it."""
        said = subprocess.run(
            # The link is the program that runs, though another stands in its place by now.
            [f"/proc/{self._pid}/exe", "validate", *self._arguments],
            cwd=self._folder,
            env=self._variables | {VARIABLE: str(candidate.absolute())},
            capture_output=True,
            text=True,
            check=False,
            timeout=_VALIDATE_WITHIN_S,
        )
        return _error(said.stderr) if said.returncode else ""

    def reload(self) -> None:
        """Make it read its files again."""
        os.kill(self._pid, signal.SIGHUP)


class Container:
    """The Collector of the stack in Docker."""

    def __init__(self, endpoints: Endpoints) -> None:
        """Name where it answers."""
        self._endpoints = endpoints

    def __str__(self) -> str:
        return "the Collector (in Docker)"

    @property
    def table(self) -> Path:
        """The price table that it reads."""
        return files.root() / "collector" / "prices.ottl"

    @property
    def endpoints(self) -> Endpoints:
        """Where its health and its own metrics are."""
        return self._endpoints

    def complaint(self, candidate: Path) -> str:
        """Return what it says against this table beside its own, empty when it takes it."""
        return _error(docker.validate_collector(VARIABLE, candidate.name))

    def reload(self) -> None:
        """Make it read its files again."""
        docker.reload_collector()


def _words(path: Path) -> list[str]:
    return [word.decode() for word in path.read_bytes().rstrip(b"\0").split(b"\0")]


def _endpoints(variables: Mapping[str, str]) -> Endpoints:
    """Return where a Collector with these variables answers; the defaults are its files'."""
    health = variables.get("SPANSIGHT_HEALTH_ENDPOINT") or "127.0.0.1:13133"
    host = variables.get("SPANSIGHT_SELF_METRICS_HOST") or "127.0.0.1"
    port = variables.get("SPANSIGHT_SELF_METRICS_PORT") or "8888"
    return Endpoints(collector_health=f"http://{health}", collector_metrics=f"http://{host}:{port}")


def _error(said: str) -> str:
    """Return what a Collector says is wrong, in one line and without its log."""
    _, found, error = said.partition("Error: ")
    return " ".join((error if found else said).split())
