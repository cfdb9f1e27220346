"""One job, one run at a time, whoever asks: due, leased, done, and written down."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Literal, Protocol

from spansight.conventions import labels
from spansight.telemetry.guard import Guard
from spansight.worker.schedule import Schedule
from spansight.worker.state import Position, Record, Shelf

Outcome = Literal["success", "failure", "abandoned", "not due", "held"]
"""Held: another worker is at it."""

_LONGEST_ERROR: Final = 500


class Abandoned(Exception):  # noqa: N818 - no error: the worker was told to stop
    """The run ends here; what it has finished is kept."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Tells work that its worker ends."""

    _event: threading.Event = field(default_factory=threading.Event)

    def set(self) -> None:
        """Let work end as soon as it looks; called from a signal handler, too."""
        self._event.set()

    def is_set(self) -> bool:
        """Whether the worker ends."""
        return self._event.is_set()

    def look(self, *_: object) -> None:
        """Raise Abandoned if the worker ends."""
        if self._event.is_set():
            raise Abandoned

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for it."""
        return self._event.wait(seconds)


@dataclass(frozen=True, slots=True)
class Turn:
    """One run of a job."""

    due: datetime
    position: Position
    """Where the last run ended."""
    stop: Stop
    keep: Callable[[Position], object]
    """Puts on disk how far it has come, for whoever goes on."""


class Work(Protocol):
    """What a job does."""

    def do(self, turn: Turn, /) -> str:
        """Go on from where the last run ended, and say in a line what was done.

        It raises whatever kept it from being done.
        """
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """Work with a schedule, and the record of it."""

    name: str
    schedule: Schedule
    work: Work
    shelf: Shelf
    now: Callable[[], float] = time.time
    counts: Counter[str] = field(default_factory=Counter[str])
    """Runs of this process, by their status: a counter that began with older ones would be read as
    if they had all been made at its start."""

    def record(self) -> Record:
        """Return what became of it; a job that nobody knew is due from now on."""
        return self.shelf.read() or Record(since=self.now())

    def due(self, record: Record) -> datetime | None:
        """Return the time at which it was or will be due."""
        return self.schedule.after(_at(record.since))

    def run(self, stop: Stop, *, forced: bool = False) -> Outcome:
        """Run the work if it is due, once for all the times that were missed, and only here."""
        with self.shelf.lease() as held:
            if not held:
                return "held"
            record = self.record()
            now, due = self.now(), self.due(record)
            if not forced and (due is None or due.timestamp() > now):
                self._keep_in_mind(record)
                return "not due"
            return self._run(record, _at(now) if forced or due is None else due, stop)

    def _run(self, record: Record, due: datetime, stop: Stop) -> Outcome:
        began, clock = self.now(), time.monotonic()
        latest = replace(record, started=began)
        self.shelf.write(latest)

        def keep(position: Position) -> None:
            nonlocal latest
            latest = replace(latest, position=position)
            self.shelf.write(latest)

        said: str | None = None
        with Guard(f"job {self.name}") as guard:
            try:
                said = self.work.do(Turn(due, record.position, stop, keep))
            except Abandoned:
                return "abandoned"
        # Times that have passed meanwhile are missed, and caught up with the next run.
        ended = replace(latest, since=began, duration_s=time.monotonic() - clock)
        if said is None:
            why = f"{type(guard.error).__name__}: {guard.error}"[:_LONGEST_ERROR]
            failed = replace(ended, error=why, failures=record.failures + 1)
            self.shelf.write(replace(failed, last_failure=self.now()))
            self.counts[labels.ERROR] += 1
            return "failure"
        succeeded = replace(ended, error="", said=said, successes=record.successes + 1)
        self.shelf.write(replace(succeeded, last_success=self.now()))
        self.counts[labels.SUCCESS] += 1
        return "success"

    def _keep_in_mind(self, record: Record) -> None:
        if self.shelf.read() is None:
            self.shelf.write(record)


def _at(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
