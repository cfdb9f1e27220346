"""A judge beside people, on the command line."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spansight.cli import main
from spansight.demo.provider import Provider
from spansight.demo.wire import Request
from spansight.evals import Dataset
from spansight.measures.agreement import kappa
from spansight.review.journal import Journal, Judgement
from spansight.review.queues import Item
from support.scripted import between

Captured = pytest.CaptureFixture[str]

PEOPLE = [0.0, 0.25, 0.5, 0.75, 1.0] * 8


def dataset(path: Path, values: list[Any], name: str = "relevance") -> Path:
    rows = (
        {"question": f"q{n}", "answer": f"answer {n}", "metadata": {"labels": {name: value}}}
        for n, value in enumerate(values)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def off_by_one(request: Request) -> str:
    """Grade as people do, but every fourth answer by one grade too low."""
    (answer,) = between("answer", request.question)
    number = int(answer.rpartition(" ")[2])
    grade = round(PEOPLE[number] * 4) + 1
    return json.dumps({"reason": "", "grade": max(grade - (number % 4 == 0), 1)})


EXPECTED = [(one, max(one - 0.25 * (number % 4 == 0), 0.0)) for number, one in enumerate(PEOPLE)]


@pytest.fixture
def calibrate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> Callable[..., tuple[int, str, str]]:
    """Return what runs the command against a judge that is one grade off now and then."""

    def run(
        *options: str,
        values: list[Any] = PEOPLE,
        reply: Callable[[Request], str] = off_by_one,
        scenario: str = "ok",
    ) -> tuple[int, str, str]:
        with Provider(reply) as provider:
            monkeypatch.setenv("SPANSIGHT_JUDGE_URL", provider.url(scenario))
            monkeypatch.setenv("SPANSIGHT_JUDGE_MODEL", "gpt-4o-mini")
            monkeypatch.setenv("COLUMNS", "120")
            labels = dataset(tmp_path / "labels.jsonl", values)
            code = main(["eval", "calibrate", str(labels), *(options or ("--judge", "relevance"))])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


Calibrate = Callable[..., tuple[int, str, str]]


def test_it_says_how_far_both_agree_and_where_they_do_not(calibrate: Calibrate) -> None:
    code, out, _ = calibrate("--judge", "relevance", "--json")
    told = json.loads(out)["evaluations"]["relevance"]
    expected = kappa(EXPECTED, "quadratic")
    assert code == 0
    assert expected is not None
    assert (told["kappa"], told["low"], told["high"]) == (
        expected.value,
        expected.low,
        expected.high,
    )
    assert (told["pairs"], told["same"], told["weights"]) == (40, expected.same, "quadratic")
    assert told["values"] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert told["table"] == [
        [8, 0, 0, 0, 0],
        [2, 6, 0, 0, 0],
        [0, 2, 6, 0, 0],
        [0, 0, 2, 6, 0],
        [0, 0, 0, 2, 6],
    ]
    assert "Prompt(relevance 1 " in told["evaluator"]


def test_for_people_it_is_a_table(calibrate: Calibrate) -> None:
    code, out, _ = calibrate()
    assert code == 0
    assert "relevance" in out
    assert "quadratic" in out
    assert "judge 0.75" in out


def test_a_finished_run_takes_the_place_of_asking(calibrate: Calibrate, tmp_path: Path) -> None:
    run = str(tmp_path / "run.jsonl")
    calibrate("--judge", "relevance", "--out", run)
    code, out, _ = calibrate("--run", run, "--weights", "none", "--json")
    expected = kappa(EXPECTED)
    assert expected is not None
    assert (code, json.loads(out)["evaluations"]["relevance"]["kappa"]) == (0, expected.value)


def test_pass_and_fail_can_be_all_that_counts(calibrate: Calibrate) -> None:
    _, out, _ = calibrate("--judge", "relevance", "--pass-at", "0.5", "--json")
    told = json.loads(out)["evaluations"]["relevance"]
    assert (told["values"], told["weights"]) == (["fail", "pass"], "none")
    assert told["table"] == [[16, 0], [2, 22]]


@pytest.mark.parametrize(("least", "code"), [("0.5", 0), ("0.99", 1)])
def test_too_little_agreement_is_a_finding(calibrate: Calibrate, least: str, code: int) -> None:
    assert calibrate("--judge", "relevance", "--least-kappa", least)[0] == code


def test_a_judge_that_fails_is_a_finding(calibrate: Calibrate) -> None:
    def now_and_then(request: Request) -> str:
        (answer,) = between("answer", request.messages[1]["content"])
        return "perhaps" if answer == "answer 7" else off_by_one(request)

    code, out, _ = calibrate("--judge", "relevance", reply=now_and_then, scenario="ignores_schema")
    assert code == 1
    assert "8, relevance: NonsenseError: " in out


def test_a_judge_that_fails_each_time_says_why(calibrate: Calibrate) -> None:
    code, _, err = calibrate("--judge", "relevance", scenario="wrong_key")
    assert code == 2
    assert "0 cases with a value of both; expected at least 30; RejectedError: judge 'gpt-" in err


def test_the_cap_holds_with_list_prices(calibrate: Calibrate) -> None:
    code, _, err = calibrate("--judge", "relevance", "--spend-usd", "0.0001", "--concurrency", "1")
    assert code == 2
    assert re.search(r"relevance: \d cases with a value of both; expected at least 30", err)


@pytest.mark.parametrize(
    ("values", "options", "said"),
    [
        (PEOPLE[:29], (), "relevance: people have judged 29 cases; expected at least 30"),
        ([1.5] * 30, (), "case '1': labels: relevance=1.5; expected a number from 0 to 1"),
        ([None] * 30, (), "expected a number from 0 to 1, a bool or a label"),
        (PEOPLE, ("--judge", "completeness"), "values of relevance; expected some of completeness"),
        (PEOPLE, ("--judge", "none.md"), "none.md: "),
        ([n / 40 for n in range(40)], (), "different values; expected at most 10"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    calibrate: Calibrate, values: list[Any], options: tuple[str, ...], said: str
) -> None:
    code, _, err = calibrate(*options, values=values)
    assert code == 2
    assert said in err
    assert err.count("\n") == 1


def test_reviews_take_the_place_of_labels(calibrate: Calibrate, tmp_path: Path) -> None:
    """Two reviewers: of their scores, the lower counts; of another answer, none does."""
    cases = Dataset.read(dataset(tmp_path / "labels.jsonl", PEOPLE)).cases
    journal = Journal(tmp_path / "reviews.jsonl")

    def say(reviewer: str, score: int, item: Item, version: str = "") -> None:
        judgement = Judgement(
            id=f"{item.case.id}{reviewer}",
            at="2026-05-01T00:00:00+00:00",
            case=item.case.id,
            version=version or item.version,
            queue="expert",
            reviewer=reviewer,
            score=score,
        )
        journal.append(judgement)

    for case, value in zip(cases, PEOPLE, strict=True):
        score = round(value * 4) + 1
        say("ann", score, Item(case))
        say("bo", min(score + 1, 5), Item(case))
        say("cy", 1, Item(case), version="another")
    options = ("--judge", "relevance", "--json", "--reviews")
    code, out, _ = calibrate(*options, str(journal.path))
    expected = kappa(EXPECTED, "quadratic")
    assert expected is not None
    assert (code, json.loads(out)["evaluations"]["relevance"]["kappa"]) == (0, expected.value)
    code, _, err = calibrate(*options, str(tmp_path / "none.jsonl"))
    assert code == 2
    assert "none.jsonl: no such file; expected the one that `spansight review` writes" in err


def test_nothing_that_people_said_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPANSIGHT_JUDGE_MODEL", "gpt-4o-mini")
    file = tmp_path / "labels.jsonl"
    file.write_text('{"question": "q"}\n', "utf-8")
    assert main(["eval", "calibrate", str(file), "--judge", "relevance"]) == 2
    assert f"{file}: nothing that people said; expected metadata such as" in capsys.readouterr().err


def test_no_model_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPANSIGHT_JUDGE_MODEL", raising=False)
    labels = dataset(tmp_path / "labels.jsonl", PEOPLE)
    assert main(["eval", "calibrate", str(labels), "--judge", "relevance"]) == 2
    assert "SPANSIGHT_JUDGE_MODEL: unset; expected the name of" in capsys.readouterr().err
