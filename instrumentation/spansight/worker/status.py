"""How a job does, from its record alone: no worker is asked, none has to run."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from spansight.worker.jobs import Job

Health = Literal["fine", "failed", "late"]

_LATE_S: Final = 120.0
"""A worker that runs takes what is due at once; after so long, none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What there is to know of a job; times as ISO 8601 in UTC."""

    job: str
    schedule: str
    next: str | None
    """When it is due; in the past where nobody has run it."""
    running: bool
    last_success: str | None
    last_failure: str | None
    duration_s: float | None
    successes: int
    failures: int
    said: str
    error: str
    """Of the latest run, if it failed."""
    health: Health


def status(job: Job) -> Status:
    """Return how a job does."""
    record, running = job.record(), job.shelf.is_leased()
    due = job.due(record)
    late = due is not None and due.timestamp() < job.now() - _LATE_S and not running
    return Status(
        job=job.name,
        schedule=job.schedule.text,
        next=due and _iso(due.timestamp()),
        running=running,
        last_success=_iso(record.last_success),
        last_failure=_iso(record.last_failure),
        duration_s=record.duration_s,
        successes=record.successes,
        failures=record.failures,
        said=record.said,
        error=record.error,
        health="late" if late else "failed" if record.error else "fine",
    )


def _iso(moment: float | None) -> str | None:
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
