"""Real workers: two of them, killed ones, stopped ones."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from spansight.evals import Run
from support.otlp_sink import Sink, until
from support.processes import Finished, environment, run, running

PROGRAMS = Path(__file__).with_name("programs")
EVERY_S = 2
CASES = 30


@dataclass(frozen=True, slots=True)
class Note:
    case: str
    pid: int
    at: float


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with a worker's file, and a Collector that takes everything."""

    folder: Path
    sink: Sink

    def write(self, schedule: str, *, cases: int) -> None:
        """Write the worker's file and its dataset."""
        rows = [json.dumps({"id": f"c{n}", "question": "?", "answer": "!"}) for n in range(cases)]
        (self.folder / "golden.jsonl").write_text("\n".join(rows) + "\n")
        (self.folder / "worker.yaml").write_text(
            f"jobs:\n  golden:\n    kind: offline\n    {schedule}\n"
            "    datasets: golden.jsonl\n    evaluators: noted=quality:Noted\n"
        )

    def environment(self) -> dict[str, str]:
        """Return a worker's environment."""
        return environment(
            NOTES=str(self.folder / "notes"),
            PYTHONPATH=str(PROGRAMS),
            OTEL_EXPORTER_OTLP_ENDPOINT=self.sink.url,
        )

    def command(self, *words: str) -> list[str | Path]:
        """Return the command of a worker."""
        file = self.folder / "worker.yaml"
        return [sys.executable, "-m", "spansight.cli", "worker", *words, "--config", file]

    def worker(self) -> AbstractContextManager[subprocess.Popen[str]]:
        """Start a worker."""
        return running(self.command(), self.environment())

    def run(self, *words: str) -> Finished:
        """Run a command to its end."""
        return run(self.command(*words), self.environment())

    @property
    def notes(self) -> list[Note]:
        """What the evaluator was asked so far."""
        file = self.folder / "notes"
        lines = file.read_text().splitlines() if file.exists() else []
        rows = [line.split() for line in lines]
        return [Note(case, int(pid), float(at)) for case, pid, at in rows]

    @property
    def wait(self) -> Path:
        """While it is there, evaluators do not come back."""
        return self.folder / "wait"

    def record(self) -> dict[str, object]:
        """Return the record of the job."""
        text = (self.folder / "worker" / "golden.json").read_text()
        return json.loads(text)


@pytest.fixture
def place(tmp_path: Path) -> Generator[Place]:
    with Sink() as sink:
        yield Place(tmp_path, sink)


def test_two_workers_do_each_run_once(place: Place) -> None:
    place.write(f"every: {EVERY_S}s", cases=1)
    with place.worker() as one, place.worker() as other:
        until(lambda: len(place.notes) >= 4, within_s=60)
        for worker in (one, other):
            worker.send_signal(signal.SIGTERM)
        assert [worker.wait(timeout=30) for worker in (one, other)] == [0, 0]
    slots = [int(note.at // EVERY_S) for note in place.notes]
    assert len(slots) == len({*slots}), place.notes
    assert place.record()["successes"] == len(slots)


def test_what_a_killed_worker_was_at_is_taken_over(place: Place) -> None:
    place.write("every: 1s", cases=1)
    place.wait.touch()
    with place.worker() as first:
        until(lambda: len(place.notes) == 1, within_s=60)
        with place.worker() as second:
            until(lambda: "golden" in (second.stdout.readline() if second.stdout else ""))
            first.kill()
            first.wait(timeout=10)
            place.wait.unlink()
            until(lambda: len(place.notes) >= 2, within_s=60)
            assert {note.pid for note in place.notes} == {first.pid, second.pid}
            second.send_signal(signal.SIGTERM)
            assert second.wait(timeout=30) == 0


def test_a_stopped_worker_leaves_in_time_and_the_next_one_goes_on(place: Place) -> None:
    place.write("every: 1d", cases=CASES)
    # Due since yesterday: a day's run that nobody has done.
    record = place.folder / "worker" / "golden.json"
    record.parent.mkdir()
    record.write_text(json.dumps({"since": time.time() - 86400}))
    place.wait.touch()
    with place.worker() as worker:
        until(lambda: len(place.notes) > 0, within_s=60)
        worker.send_signal(signal.SIGTERM)
        place.wait.unlink()
        output, errors = worker.communicate(timeout=30)
        assert worker.returncode == 0, errors
    assert "golden: left where it was; the next worker goes on" in output
    assert 0 < len(place.notes) < CASES
    finished = scores(place)
    with place.worker() as worker:
        until(lambda: place.record().get("successes") == 1, within_s=60)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
    assert len(scores(place)) == CASES
    again = [note.case for note in place.notes if note.pid == worker.pid]
    assert sorted({*again, *finished}) == sorted(f"c{n}" for n in range(CASES))
    assert not {*again} & {*finished}


def scores(place: Place) -> list[str]:
    """Return the cases that the one run's file has scores of."""
    (file,) = (place.folder / "worker" / "runs").iterdir()
    return [score.case for score in Run.read(file).scores]


def test_once_runs_now_and_says_what_it_did(place: Place) -> None:
    place.write("at: 01:00", cases=3)
    done = place.run("--once", "golden")
    assert done.code == 0, done.errors
    assert "noted 1.00, 0 failures" in done.output
    names = {event.attributes["gen_ai.evaluation.name"] for event in place.sink.events}
    assert (names, len(place.sink.events)) == ({"noted"}, 3)
    assert "spansight.worker.last_success.timestamp" in place.sink.text
    assert "spansight-worker" in place.sink.text
    told = place.run("status", "--json")
    assert told.code == 0, told.output
    (status,) = json.loads(told.output)
    assert (status["job"], status["health"], status["successes"]) == ("golden", "fine", 1)
    assert status["schedule"] == "daily at 01:00"


def test_once_that_fails_is_a_finding(place: Place) -> None:
    place.write("at: 01:00", cases=1)
    (place.folder / "golden.jsonl").write_text('{"question": 1}\n')
    done = place.run("--once", "golden")
    assert done.code == 1
    assert "golden: failed: ConfigError: " in done.output
    assert "golden.jsonl:1: question=1; expected a text" in done.output
    assert place.run("status").code == 1


def test_a_job_that_there_is_not_is_a_usage_error(place: Place) -> None:
    place.write("at: 01:00", cases=1)
    done = place.run("--once", "dayly")
    assert (done.code, done.output) == (2, "")
    assert done.errors == "spansight: no job 'dayly'; expected one of golden\n"


def test_a_file_that_is_wrong_is_a_usage_error(place: Place) -> None:
    place.write("at: noon", cases=1)
    done = place.run()
    assert done.code == 2
    assert "worker.yaml:4: at: 'noon': expected a time of the day" in done.errors
