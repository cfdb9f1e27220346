"""One job: due or not, once, written down, taken up again."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spansight.errors import ConfigError
from spansight.worker.jobs import Job, Stop, Turn
from spansight.worker.schedule import Schedule
from spansight.worker.state import Record, Shelf, shelf
from spansight.worker.status import status

HOUR = 3600
START = 1_800_000_000.0 // HOUR * HOUR


@dataclass
class Clock:
    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass
class Counting:
    """Work that counts its turns, and does with each what a test wants."""

    then: Callable[[Turn], str] = lambda _: "done"
    turns: list[Turn] = field(default_factory=list[Turn])

    def do(self, turn: Turn) -> str:
        self.turns.append(turn)
        return self.then(turn)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def work() -> Counting:
    return Counting()


@pytest.fixture
def job(tmp_path: Path, clock: Clock, work: Counting) -> Job:
    return Job("hourly", Schedule.every(HOUR), work, shelf(tmp_path, "hourly"), clock)


def test_a_new_job_waits_for_its_time(job: Job, clock: Clock, work: Counting) -> None:
    clock.now += 60
    assert job.run(Stop()) == "not due"
    clock.now = START + HOUR
    assert job.run(Stop()) == "success"
    assert job.run(Stop()) == "not due"
    assert [turn.due for turn in work.turns] == [datetime.fromtimestamp(START + HOUR, UTC)]


def test_what_was_missed_is_caught_up_once(job: Job, clock: Clock, work: Counting) -> None:
    job.run(Stop())
    clock.now += 30 * HOUR + 5
    assert [job.run(Stop()) for _ in range(3)] == ["success", "not due", "not due"]
    assert len(work.turns) == 1
    clock.now += HOUR
    assert job.run(Stop()) == "success"


def test_a_failure_is_written_down_and_the_next_time_is_another(
    job: Job, clock: Clock, work: Counting
) -> None:
    def fail(turn: Turn) -> str:
        turn.keep({"page": 2})
        raise ConfigError("Loki is asleep")

    job.run(Stop())
    work.then = fail
    clock.now += HOUR
    assert job.run(Stop()) == "failure"
    assert job.run(Stop()) == "not due"
    record = job.record()
    assert (record.error, record.failures) == ("ConfigError: Loki is asleep", 1)
    assert (record.last_failure, record.last_success) == (START + HOUR, None)
    assert status(job).health == "failed"
    work.then = lambda _: "done"
    clock.now += HOUR
    assert job.run(Stop()) == "success"
    assert work.turns[-1].position == {"page": 2}
    assert (job.record().error, job.record().failures) == ("", 1)
    assert status(job).health == "fine"


def test_what_is_abandoned_is_due_again_and_goes_on(job: Job, clock: Clock, work: Counting) -> None:
    stop = Stop()

    def leave(turn: Turn) -> str:
        turn.keep({"page": 1})
        stop.set()
        turn.stop.look()
        return "never"

    job.run(Stop())
    work.then = leave
    clock.now += HOUR
    assert job.run(stop) == "abandoned"
    work.then = lambda _: "done"
    clock.now += 60
    assert job.run(Stop()) == "success"
    assert {turn.due for turn in work.turns} == {datetime.fromtimestamp(START + HOUR, UTC)}
    assert work.turns[-1].position == {"page": 1}


def test_it_runs_in_one_place_at_a_time(job: Job, clock: Clock, work: Counting) -> None:
    entered, leave = threading.Event(), threading.Event()

    def wait(_: Turn) -> str:
        entered.set()
        assert leave.wait(10)
        return "done"

    job.run(Stop())
    work.then = wait
    clock.now += HOUR
    thread = threading.Thread(target=job.run, args=[Stop()])
    thread.start()
    assert entered.wait(10)
    assert job.run(Stop()) == "held"
    assert job.run(Stop(), forced=True) == "held"
    assert status(job).running
    leave.set()
    thread.join()
    assert job.run(Stop()) == "not due"
    assert len(work.turns) == 1


def test_forced_runs_now(job: Job, work: Counting) -> None:
    assert job.run(Stop(), forced=True) == "success"
    assert len(work.turns) == 1


def test_nobody_at_work_is_late(job: Job, clock: Clock) -> None:
    job.run(Stop())
    assert status(job).health == "fine"
    clock.now += HOUR + 600
    told = status(job)
    assert told.health == "late"
    assert told.next == datetime.fromtimestamp(START + HOUR, UTC).isoformat(timespec="seconds")


def test_a_record_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "hourly.json").write_text("{")
    with pytest.raises(ConfigError, match=r"hourly\.json' is no record of a job .*remove it"):
        shelf(tmp_path, "hourly").read()


def test_records_are_replaced_whole(tmp_path: Path) -> None:
    kept = Shelf(tmp_path, "hourly")
    for number in range(3):
        kept.write(Record(since=float(number), said="요약"))
    assert kept.read() == Record(since=2.0, said="요약")
    assert [path.name for path in tmp_path.iterdir()] == ["hourly.json"]
