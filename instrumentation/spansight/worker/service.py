"""A worker: every job at its time, until it is told to stop."""

import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType
from typing import Any, Final

from apscheduler.executors.pool import (  # pyright: ignore[reportMissingTypeStubs] - it ships none
    ThreadPoolExecutor,
)
from apscheduler.schedulers.background import (  # pyright: ignore[reportMissingTypeStubs] - likewise
    BackgroundScheduler,
)
from apscheduler.triggers.base import (  # pyright: ignore[reportMissingTypeStubs] - likewise
    BaseTrigger,
)

from spansight.worker.jobs import Job, Outcome, Stop
from spansight.worker.schedule import Schedule

LOOK_AGAIN_S: Final = 5.0
"""How soon a job is tried again that another worker holds: it may have died at it."""
_WAKE_S: Final = 60.0
"""A machine that slept did not count the seconds: the scheduler looks at the clock this often."""

logging.getLogger("apscheduler").addHandler(logging.NullHandler())

Say = Callable[[str], object]


class _Trigger(BaseTrigger):
    """Our schedule as the scheduler's."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule: Final = schedule

    def get_next_fire_time(  # pyright: ignore[reportIncompatibleMethodOverride] - untyped upstream
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        return self._schedule.after(previous_fire_time or now)


@dataclass(slots=True)
class Service:
    """Jobs, and what runs them."""

    jobs: Sequence[Job]
    say: Say
    stop: Stop = field(default_factory=Stop)

    def run(self) -> None:
        """Run until SIGTERM or Ctrl-C; what was missed before is caught up first, once."""
        watch(self.stop)
        scheduler: Any = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(len(self.jobs))}, timezone=UTC
        )
        for job in self.jobs:
            scheduler.add_job(
                self._once,
                _Trigger(job.schedule),
                args=[job],
                id=job.name,
                next_run_time=datetime.now(UTC),
                coalesce=True,
                misfire_grace_time=None,
            )
        scheduler.start()
        for job in self.jobs:
            self.say(f"{job.name}: {job.schedule.text}")
        try:
            while not self.stop.wait(_WAKE_S):
                scheduler.wakeup()
        finally:
            self.say("stopping: what runs is finished, or taken up again by the next worker")
            scheduler.shutdown(wait=True)

    def _once(self, job: Job) -> None:
        outcome = job.run(self.stop)
        while outcome == "held" and not self.stop.wait(LOOK_AGAIN_S):
            outcome = job.run(self.stop)
        if line := told(job, outcome):
            self.say(line)


def watch(stop: Stop) -> None:
    """Stop at SIGTERM and Ctrl-C."""

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def told(job: Job, outcome: Outcome) -> str:
    """Return what there is to say of an outcome."""
    record = job.record()
    match outcome:
        case "success":
            return f"{job.name}: {record.said} in {record.duration_s or 0:.1f} s"
        case "failure":
            return f"{job.name}: failed: {record.error}"
        case "abandoned":
            return f"{job.name}: left where it was; the next worker goes on"
        case "held":
            return f"{job.name}: another worker is at it"
        case "not due":
            return ""
