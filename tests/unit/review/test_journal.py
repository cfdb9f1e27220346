"""Judgements on disk: they only grow, survive a crash, and several may write at once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from spansight.errors import ConfigError
from spansight.review.journal import Journal, Judgement, Told, Withdrawn

WRITER = """
import sys
from pathlib import Path
from spansight.review.journal import Journal, Judgement

journal, who = Journal(Path(sys.argv[1])), sys.argv[2]
for number in range(100):
    journal.append(
        Judgement(
            id=f"{who}-{number}", at="2026-11-22T10:00:00+00:00", case=str(number), version="v",
            queue="expert", reviewer=who, score=3, comment="길어서 " * 400,
        )
    )
"""


def judgement(id_: str, **values: object) -> Judgement:
    usual: dict[str, object] = {
        "at": "2026-11-22T10:00:00+00:00",
        "case": "fare",
        "version": "v1",
        "queue": "expert",
        "reviewer": "kim",
        "score": 4,
    }
    return Judgement(**{**usual, **values, "id": id_})  # pyright: ignore[reportArgumentType] - by name


def test_what_was_judged_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "judgements.jsonl"
    said = judgement("1", labels=("wrong", "tone"), comment="요금이\n틀림")
    Journal(file).append(said)
    assert Journal(file).judgements() == [said]
    assert len(file.read_text("utf-8").splitlines()) == 1


def test_the_later_judgement_of_one_person_holds(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    for one in (judgement("1"), judgement("2", score=1), judgement("3", reviewer="lee")):
        journal.append(one)
    assert [(one.reviewer, one.score) for one in journal.judgements()] == [("kim", 1), ("lee", 4)]


def test_what_was_taken_back_does_not_hold_and_stays_in_the_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    for entry in (judgement("1", score=2), judgement("2"), Withdrawn("2")):
        journal.append(entry)
    assert [one.score for one in journal.judgements()] == [2]
    assert len(journal.path.read_text().splitlines()) == 3


def test_skipped_cases_are_no_events(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    for entry in (judgement("1"), judgement("2", case="b", score=None, skipped=True)):
        journal.append(entry)
    assert [one.id for one in journal.untold()] == ["1"]
    journal.append(Told("1"))
    assert journal.untold() == []


def test_a_line_that_a_crash_cut_off_takes_nothing_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "j.jsonl"
    Journal(file).append(judgement("1"))
    with file.open("a") as torn:
        torn.write('{"kind": "judgement", "id": "2", "sco')
    journal = Journal(file)
    journal.append(judgement("3", case="b"))
    assert [one.id for one in journal.judgements()] == ["1", "3"]
    assert capsys.readouterr().err == f"spansight: {file}:2: expected a judgement; left out\n"


def test_two_processes_write_whole_lines(tmp_path: Path) -> None:
    file = tmp_path / "j.jsonl"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(file), who]) for who in ("kim", "lee")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert len(rows) == 200
    assert {row["id"] for row in rows} == {
        f"{who}-{n}" for who in ("kim", "lee") for n in range(100)
    }


def test_another_process_is_heard(tmp_path: Path) -> None:
    mine, theirs = Journal(tmp_path / "j.jsonl"), Journal(tmp_path / "j.jsonl")
    theirs.append(judgement("1", reviewer="lee"))
    assert [one.reviewer for one in mine.judgements()] == ["lee"]


def test_a_file_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"file/j\.jsonl'.*expected a file that can be written"):
        Journal(tmp_path / "file" / "j.jsonl")


def test_others_of_the_machine_cannot_read_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl")
    assert journal.path.stat().st_mode & 0o077 == 0
