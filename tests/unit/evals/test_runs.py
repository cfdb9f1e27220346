"""Runs are files: they can be read, and gone on with."""

from pathlib import Path

import pytest

from spansight.errors import ConfigError
from spansight.evals import Dataset, Limits, Run, Verdict, evaluate
from support.judges import Asked, Says

DATASET = Dataset.of([{"question": "a"}, {"question": "b"}, {"question": "c"}])
SOON = Limits(retries=0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "one.jsonl"


def test_a_file_says_what_the_run_said(file: Path) -> None:
    evaluators = {"tone": Says("kind"), "judge": Says(Verdict(0.5, "환불\n7일", "judge", 0.01))}
    run = evaluate(DATASET, evaluators, file=file)
    read = Run.read(file)
    assert {(s.case, s.name): s for s in read.scores} == {(s.case, s.name): s for s in run.scores}
    assert read.with_scores([]) == run.with_scores([])
    assert (read.dataset, read.version) == ("dataset", DATASET.version)
    assert read.evaluators["tone"] == "Says(opinion='kind')"


def test_what_is_finished_is_not_asked_again_and_what_failed_is(file: Path) -> None:
    judge = Asked(failures=[ValueError("no")])
    first = evaluate(DATASET, {"a": judge}, file=file, limits=SOON)
    assert (len(first.failures), judge.calls.total()) == (1, 3)
    again = evaluate(DATASET, {"a": judge}, file=file, limits=SOON)
    assert (again.failures, again.mean("a"), judge.calls.total()) == ([], 1.0, 4)
    assert Run.read(file).failures == []
    assert again.started == first.started


def test_a_run_that_was_interrupted_goes_on_where_it_was(file: Path) -> None:
    judge = Asked()

    def interrupt(done: int, *_: object) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(DATASET, {"a": judge}, file=file, limits=Limits(concurrency=1), progress=interrupt)
    assert len(Run.read(file).scores) == 2
    assert evaluate(DATASET, {"a": judge}, file=file).mean("a") == 1.0
    assert judge.calls == {"1": 1, "2": 1, "3": 1}


def test_a_line_that_was_being_written_is_left_out(file: Path) -> None:
    judge = Asked()
    evaluate(DATASET, {"a": judge}, file=file)
    whole = file.read_text("utf-8")
    file.write_text(whole.rstrip("\n")[:-4], encoding="utf-8")
    assert len(Run.read(file).scores) == 2
    evaluate(DATASET, {"a": judge}, file=file)
    assert file.read_text("utf-8") == whole
    assert judge.calls.total() == 4


def test_a_file_of_another_run_is_refused_and_kept(file: Path) -> None:
    evaluate(DATASET, {"a": Says(1)}, file=file)
    before = file.read_text("utf-8")
    with pytest.raises(ConfigError, match="a run with other evaluators"):
        evaluate(DATASET, {"a": Says(0)}, file=file)
    with pytest.raises(ConfigError, match="a run of another dataset"):
        evaluate(Dataset.of([{"question": "d"}]), {"a": Says(1)}, file=file)
    assert file.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no run; expected a file that an evaluation has written"),
        ('{"question": "q"}\n', "no run; expected a file that an evaluation has written"),
        ("x\n", ":1: no JSON: "),
        ("[]\n", ":1: []; expected a line of a run"),
    ],
)
def test_a_file_that_is_no_run_is_named(file: Path, text: str, said: str) -> None:
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        Run.read(file)
    assert str(raised.value).startswith(str(file))
    assert said in str(raised.value)


def test_a_line_that_is_no_score_is_named(file: Path) -> None:
    evaluate(DATASET, {"a": Says(1)}, file=file)
    with file.open("a", encoding="utf-8") as written:
        written.write('{"cost": 1}\n')
    with pytest.raises(ConfigError, match=r"one\.jsonl:8: no score: "):
        Run.read(file)


def test_a_file_that_is_no_text_is_named(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8; expected the file of a run"):
        Run.read(file)


def test_a_missing_file_is_named(file: Path) -> None:
    with pytest.raises(ConfigError, match="No such file or directory; expected the file of a run"):
        Run.read(file)
