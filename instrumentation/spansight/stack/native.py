"""The whole stack as plain processes on loopback, running the shipped files unchanged."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from spansight.cost import table
from spansight.errors import StackError
from spansight.stack import binaries, files
from spansight.stack.layout import lay_out
from spansight.stack.ports import Ports
from spansight.stack.progress import Report, progress
from spansight.stack.servers import SERVERS, Site
from spansight.stack.state import State
from spansight.stack.supervision import Supervision
from spansight.stack.supervisor import Launch, Status
from spansight.stack.variables import require_known
from spansight.stores.endpoints import Endpoints
from spansight.stores.http import answers

_READY_WITHIN_S: Final = 120.0
_POLL_S: Final = 0.2
_LAST_LINES: Final = 8
_LONGEST_LINE: Final = 400
"""The Collector repeats all statements of a file where one of them is wrong."""
_TRACING: Final = ("OTEL_", "JAEGER_")


class NativeStack:
    """The servers of one run folder; they end with the context, or with this process.

    Grafana takes part when there is a program for it; `missing` says so when there is none.
    """

    def __init__(
        self,
        folder: Path,
        *,
        ports: Ports | None = None,
        servers: Sequence[str] = tuple(SERVERS),
        environment: Mapping[str, str] | None = None,
        root: Path | None = None,
    ) -> None:
        """Name the run folder; `environment` reaches every server, `root` replaces the files."""
        self._site = Site(
            files=root or files.root(), folder=folder.absolute(), ports=ports or Ports()
        )
        self._wanted = servers
        self._environment = dict(environment or {})
        self._programs: dict[str, Path] = {}
        self._logged: dict[str, int] = {}
        self._supervision: Supervision | None = None
        self._state: State | None = None
        self.missing: str | None = None

    @property
    def state(self) -> State:
        """The record that the run folder holds too."""
        if self._state is None:
            raise StackError("this stack is not up; enter its context first")
        return self._state

    @property
    def endpoints(self) -> Endpoints:
        """Where the servers answer."""
        return self.state.endpoints

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def up(self) -> None:
        """Start every server and wait until each is ready; on failure none is left."""
        self._require_readable_settings()
        self._find_programs()
        for name in self._programs:
            self._site.ports.require_free(SERVERS[name].ports, name)
        lay_out(self._site, self._programs)
        launches = [self._launch(name) for name in self._programs]
        self._supervision = Supervision(launches, self._site.log("supervisor"))
        self._state = State(
            mode="native",
            folder=str(self._site.folder),
            endpoints=self._site.ports.endpoints(grafana="grafana" in self._programs),
            pids={},
            supervisor=self._supervision.pid,
        )
        try:
            self.start(*self._programs)
        except BaseException:
            self.close()
            raise

    def start(self, *names: str) -> None:
        """Start stopped servers and wait until they are ready."""
        self._logged = {name: _size(self._site.log(name)) for name in names}
        with progress("starting the stack") as report:
            self._record(self._asked().ask("start", *names))
            self._await_ready(set(names), report)

    def stop(self, *names: str) -> None:
        """Stop servers and wait for their end; the rest keep running."""
        self._record(self._asked().ask("stop", *names))

    def detach(self) -> State:
        """Let the servers outlive this process, until `down` stops them."""
        self._asked().detach()
        self._supervision = None
        return self.state

    def close(self) -> None:
        """Stop every server and wait for their end; data and logs stay."""
        if self._supervision:
            self._supervision.close()
            self.state.remove()
        self._supervision = self._state = None

    def _require_readable_settings(self) -> None:
        """Say in one line what a server would say in a log."""
        require_known()
        if "collector" in self._wanted:
            table.read(self._site.files / "collector" / "prices.ottl")

    def _find_programs(self) -> None:
        for name in self._wanted:
            try:
                self._programs[name] = binaries.find(name)
            except binaries.ProgramAbsent as absent:
                self.missing = str(absent)

    def _launch(self, name: str) -> Launch:
        server, program = SERVERS[name], self._programs[name]
        memory = {"GOMEMLIMIT": f"{server.memory_mib}MiB"}
        ours = server.variables(self._site) | self._environment
        return Launch(
            name=name,
            command=[str(program), *server.arguments(self._site, program)],
            environment=memory | _inherited() | ours,
            folder=str(self._site.folder),
            log=str(self._site.log(name)),
        )

    def _asked(self) -> Supervision:
        if self._supervision is None:
            raise StackError("this stack is not up; enter its context first")
        return self._supervision

    def _record(self, status: Status) -> None:
        running = {name: row["pid"] for name, row in status.items() if row["exit"] is None}
        self._state = self.state.with_pids(running)
        self._state.write()

    def _await_ready(self, waiting: set[str], report: Report) -> None:
        deadline = time.monotonic() + _READY_WITHIN_S
        while waiting := {name for name in waiting if not self._is_ready(name)}:
            listed = ", ".join(sorted(waiting))
            report(f"waiting for {listed}")
            for name, row in self._asked().ask("status").items():
                if row["exit"] is not None and name in waiting:
                    raise StackError(self._obituary(name, row["exit"]))
            if time.monotonic() > deadline:
                raise StackError(
                    f"{listed} not ready within {_READY_WITHIN_S:.0f} s; see {self._site.logs}"
                )
            time.sleep(_POLL_S)

    def _is_ready(self, name: str) -> bool:
        port, path = SERVERS[name].ready
        return answers(name, self._site.url(port), path)

    def _obituary(self, name: str, code: int) -> str:
        log = self._site.log(name)
        said = log.read_bytes()[self._logged[name] :].decode(errors="replace").splitlines()
        lines = [_shortened(line) for line in said if line.strip()][-_LAST_LINES:]
        start = f"{name} ended with {code} while starting ({log}):"
        return "\n".join([start, *(lines or ["it said nothing"])])


def _size(log: Path) -> int:
    """Return how much a log has of earlier starts."""
    return log.stat().st_size if log.exists() else 0


def _shortened(line: str) -> str:
    """Cut a line in the middle: at one end it says where something is, at the other what."""
    if len(line) <= _LONGEST_LINE:
        return line
    return f"{line[: _LONGEST_LINE // 2]} … {line[-_LONGEST_LINE // 2 :]}"


def _inherited() -> dict[str, str]:
    """Return this process's variables without what makes a server trace itself, into itself."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_TRACING)}
