"""When a job is due: every so often, daily at a time, or as cron has it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final, Protocol, Self

from apscheduler.triggers.cron import (  # pyright: ignore[reportMissingTypeStubs] - it ships none
    CronTrigger,
)
from apscheduler.triggers.interval import (  # pyright: ignore[reportMissingTypeStubs] - likewise
    IntervalTrigger,
)

from spansight.errors import ConfigError

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION: Final = re.compile(r"(\d+)\s*([smhd])")
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CRON_FIELDS: Final = 5
_HOUR, _DAY, _WEEKDAY = 1, 2, 4
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""By cron's numbers; the scheduler's own begin with Monday."""
_MICROSECOND: Final = timedelta(microseconds=1)


class _Trigger(Protocol):
    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime, /
    ) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """The times at which something is due, the same in every process."""

    text: str
    """For people."""
    _trigger: _Trigger
    _zone: tzinfo
    _once_a_time: bool = False
    """Whether a time of the clock that comes twice, when it is set back, counts once."""

    @classmethod
    def every(cls, seconds: int) -> Self:
        """Return multiples of an interval, counted from the same moment everywhere."""
        interval: Any = IntervalTrigger(seconds=seconds, start_date=_EPOCH, timezone=UTC)
        return cls(f"every {_said(seconds)}", interval, UTC)

    @classmethod
    def at(cls, time: str, zone: tzinfo) -> Self:
        """Return a time of every day, `HH:MM`."""
        match = _TIME.fullmatch(time.strip())
        if match is None:
            raise ConfigError(f"{time!r}: expected a time of the day, such as '01:00'")
        hour, minute = match.groups()
        return cls(f"daily at {int(hour):02}:{minute}", *_cron(f"{minute} {hour} * * *", zone))

    @classmethod
    def cron(cls, expression: str, zone: tzinfo) -> Self:
        """Return the times of a cron expression of five fields."""
        return cls(f"cron {' '.join(expression.split())}", *_cron(expression, zone))

    def after(self, moment: datetime) -> datetime | None:
        """Return the first time after a moment, in UTC, where none comes twice."""
        found = self._trigger.get_next_fire_time(None, moment.astimezone(UTC) + _MICROSECOND)
        while found is not None and self._once_a_time and found.astimezone(self._zone).fold:
            later = found.astimezone(UTC) + _MICROSECOND
            found = self._trigger.get_next_fire_time(None, later)
        return None if found is None else found.astimezone(UTC)


def duration_s(text: str) -> int:
    """Read a number of seconds, minutes, hours or days: `30s`, `5m`, `2h`, `1d`."""
    match = _DURATION.fullmatch(text.strip())
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if not seconds:
        raise ConfigError(f"{text!r}: expected a duration above 0, such as 30s, 5m or 2h")
    return seconds


def _cron(expression: str, zone: tzinfo) -> tuple[_Trigger, tzinfo, bool]:
    wanted = f"cron {expression!r}: expected minute, hour, day, month and weekday"
    fields = expression.split()
    if len(fields) != _CRON_FIELDS:
        raise ConfigError(f"{wanted}, such as '0 1 * * *'")
    if fields[_DAY] != "*" and fields[_WEEKDAY] != "*":
        # To cron that means one or the other, to the scheduler both.
        raise ConfigError(f"{wanted}, of which day or weekday is *")
    fields[_WEEKDAY] = re.sub(
        r"(?<![\w/#])[0-7]\b", lambda day: _DAYS[int(day[0])], fields[_WEEKDAY]
    )
    try:
        trigger: Any = CronTrigger.from_crontab(" ".join(fields), timezone=zone)  # pyright: ignore[reportUnknownMemberType] - untyped upstream
    except ValueError as error:
        raise ConfigError(f"{wanted}; {error}") from error
    return trigger, zone, "*" not in fields[_HOUR]


def _said(seconds: int) -> str:
    unit = max((u for u in _UNITS if seconds % _UNITS[u] == 0), key=lambda u: _UNITS[u])
    return f"{seconds // _UNITS[unit]} {unit}"
