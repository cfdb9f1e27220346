"""When jobs are due, whatever the clock does."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from spansight.errors import ConfigError
from spansight.worker.schedule import Schedule, duration_s

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")


def due(schedule: Schedule, start: datetime, times: int) -> list[datetime]:
    found: list[datetime] = []
    for _ in range(times):
        following = schedule.after(found[-1] if found else start)
        assert following is not None
        found.append(following)
    return found


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # pyright: ignore[reportArgumentType] - year, month, …


def test_daily_is_by_the_clock_on_the_wall() -> None:
    (first, second) = due(Schedule.at("01:00", SEOUL), utc(2026, 11, 22, 15, 0), 2)
    assert (first, second) == (utc(2026, 11, 22, 16, 0), utc(2026, 11, 23, 16, 0))


def test_an_hour_that_comes_twice_counts_once() -> None:
    """On 1 November 2026 New York lives 01:00 to 02:00 twice."""
    times = due(Schedule.at("01:00", NEW_YORK), utc(2026, 10, 31, 12, 0), 2)
    assert times == [utc(2026, 11, 1, 5, 0), utc(2026, 11, 2, 6, 0)]


def test_a_time_that_never_comes_is_made_up_for() -> None:
    """On 8 March 2026 New York has no 02:30."""
    times = due(Schedule.at("02:30", NEW_YORK), utc(2026, 3, 7, 12, 0), 2)
    assert [time.date().isoformat() for time in times] == ["2026-03-08", "2026-03-09"]


def test_what_is_due_every_few_minutes_goes_on_through_both_hours() -> None:
    times = due(Schedule.cron("*/30 * * * *", NEW_YORK), utc(2026, 11, 1, 4, 45), 5)
    assert {later - earlier for earlier, later in pairwise(times)} == {timedelta(minutes=30)}


@pytest.mark.parametrize(
    ("weekday", "date"),
    [("0", "2026-11-29"), ("7", "2026-11-29"), ("1", "2026-11-23"), ("sun", "2026-11-29")],
)
def test_weekdays_are_cron_s(weekday: str, date: str) -> None:
    """22 November 2026 is a Sunday; cron counts from there, the scheduler from Monday."""
    (first,) = due(Schedule.cron(f"0 1 * * {weekday}", UTC), utc(2026, 11, 22, 2, 0), 1)
    assert first.date().isoformat() == date


def test_a_working_week_is_five_days() -> None:
    times = due(Schedule.cron("0 1 * * 1-5", UTC), utc(2026, 11, 22), 6)
    assert [time.strftime("%a") for time in times] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Mon"]


def test_intervals_are_the_same_times_in_every_process() -> None:
    schedule = Schedule.every(300)
    assert due(schedule, utc(2026, 11, 22, 10, 1, 17), 1) == [utc(2026, 11, 22, 10, 5)]
    assert due(schedule, utc(2026, 11, 22, 10, 4, 59), 1) == [utc(2026, 11, 22, 10, 5)]
    assert schedule.text == "every 5 m"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 1 * *", "such as '0 1 * * *'"),
        ("61 1 * * *", "61"),
        ("daily", "minute, hour, day, month and weekday"),
        ("0 1 1 * 1", "of which day or weekday is *"),
    ],
)
def test_a_wrong_cron_expression_is_answered(expression: str, expected: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Schedule.cron(expression, UTC)
    assert repr(expression) in str(refused.value)
    assert expected in str(refused.value)


@pytest.mark.parametrize("time", ["24:00", "1", "01:60", "1am", ""])
def test_a_wrong_time_is_answered(time: str) -> None:
    with pytest.raises(ConfigError, match="expected a time of the day, such as '01:00'"):
        Schedule.at(time, UTC)


def test_durations() -> None:
    assert [duration_s(text) for text in ("30s", "5m", "2 h", "1d")] == [30, 300, 7200, 86400]
    for wrong in ("0s", "5", "m", "-5m", "1.5h"):
        with pytest.raises(ConfigError, match="expected a duration above 0"):
            duration_s(wrong)
