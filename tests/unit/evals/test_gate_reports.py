"""What a comparison tells a pull request, a CI system and a program."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spansight.evals import reports
from spansight.evals.gate import Comparison, Rules, compare
from spansight.evals.model import Case, Score
from spansight.evals.runs import Run
from support.runs import FAILED, run_of

BEFORE = {"faithfulness": [1.0] * 20, "relevancy": [0.5] * 20, "rare": [1.0, *[None] * 19]}
AFTER = {
    "faithfulness": [0.0] * 10 + [1.0] * 10,
    "relevancy": [FAILED, *[0.5] * 19],
    "rare": [1.0, *[None] * 19],
}

COUNTS = {"tests", "failures", "errors"}
JENKINS: dict[str, tuple[set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", *COUNTS}),
    "testsuite": ({"name", *COUNTS}, {"time", "skipped", "timestamp", "hostname", "package"}),
    "testcase": ({"name"}, {"time", "classname", "group"}),
    "failure": (set(), {"type", "message"}),
    "skipped": (set(), {"type", "message"}),
}
"""Attributes in junit-10.xsd of the xUnit plug-in: those required and those allowed."""


@pytest.fixture
def closed() -> Comparison:
    return comparison(AFTER)


def comparison(after: Mapping[str, Sequence[float | str | None]], **said: Any) -> Comparison:  # noqa: ANN401 - fields of a run
    return compare(run_of(after, answers="new", **said), run_of(BEFORE, answers="old"))


def test_the_verdict_is_one_sentence(closed: Comparison) -> None:
    assert reports.verdict(closed) == "regression in 2 of 3 metrics"
    assert reports.verdict(comparison(BEFORE)) == "no regression in 20 cases"


def test_markdown_shows_every_metric_and_the_worst_cases_side_by_side(closed: Comparison) -> None:
    text = reports.markdown(closed)
    assert text.startswith("## Evaluation: regression in 2 of 3 metrics\n")
    assert "| faithfulness | 20 | 1.000 | 0.500 | -0.500 | -" in text
    assert "| rare | 1 | 1.000 | 1.000 | +0.000 |  | too few |" in text
    assert "<summary>The 5 cases to look at first</summary>" in text
    assert (
        "| answer | old 1 | new 1 |\n"
        "| faithfulness | 1.000&#58; because of 1 | 0.000&#58; because of 0 |\n"
    ) in text
    assert "1 failed, 0 before" in text
    assert "Each interval is of 98.33 %, all together of 95 %" in text


def test_a_case_that_got_worse_in_two_metrics_is_shown_once(closed: Comparison) -> None:
    text = reports.markdown(closed)
    assert text.count("**question 0**") == 1
    assert (
        "| faithfulness | 1.000&#58; because of 1 | 0.000&#58; because of 0 |\n"
        "| relevancy | 0.500&#58; because of 0.5 | failed&#58; TimeoutError&#58; no answer within"
    ) in text


def test_what_got_better_is_no_case_to_look_at() -> None:
    after = {"faithfulness": [*[0.0] * 14, *[1.0] * 6]}
    before = {"faithfulness": [*[1.0] * 14, *[0.0] * 2, *[1.0] * 4]}
    found = compare(run_of(after), run_of(before), Rules(worst=20))
    assert len(reports.worst(found)) == 14


def test_a_metric_that_is_gone_shows_the_cases_that_had_it() -> None:
    gone = compare(run_of({"m": [None] * 8}), run_of({"m": [1.0] * 8}))
    assert "| m | 1.000&#58; because of 1 | none |" in reports.markdown(gone)


def test_an_answer_that_failed_says_so_in_its_place() -> None:
    told = {"answer": [None] * 7, "m": [1.0] * 7}
    failing = {"answer": [*[None] * 6, FAILED], "m": [1.0] * 6}
    of: dict[str, Any] = {"target": "app:answer", "evaluators": {"m": "Evaluator()"}}
    found = compare(run_of(failing, cases=7, **of), run_of(told, **of))
    text = reports.markdown(found)
    assert "| answer | answer 6 | failed&#58; TimeoutError&#58; no answer within 60 s |" in text


def test_an_answer_is_text_in_markdown_whatever_it_contains() -> None:
    answer = "| a | *b* `c` [d](http://e) <img src=x> @team #12 ~~f~~\nnext\\"
    run = run_of(AFTER)
    answers = {name: replace(case, answer=answer) for name, case in run.answers.items()}
    text = reports.markdown(compare(run.with_scores(run.scores, answers), run_of(BEFORE)))
    (shown, *_) = re.findall(r"^\| answer \| answer 0 \| (.*) \|$", text, re.MULTILINE)
    assert not set("|*`[]@#~\\:") & set(re.sub(r"&#\d+;", "", shown))
    assert "<img" not in shown
    assert re.findall(r"<[^>]*>", shown) == ["<!-- -->", "<!-- -->", "<br>"]


def test_junit_is_a_test_for_each_metric(closed: Comparison) -> None:
    root = ET.fromstring(reports.junit(closed))  # noqa: S314 - our own
    (suite,) = root
    counts = {"tests": "3", "failures": "2", "errors": "0", "skipped": "1"}
    assert {name: suite.get(name) for name in counts} == counts
    assert {name: root.get(name) for name in ("tests", "failures", "errors")} == {
        name: counts[name] for name in ("tests", "failures", "errors")
    }
    assert (suite.get("name"), suite.get("timestamp")) == ("golden", "2026-05-01T08:30:00")
    tests = {test.get("name"): test for test in suite}
    assert {test.get("classname") for test in suite} == {"evaluation.golden"}
    failure = tests["faithfulness"].find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.get("type")) == ("faithfulness: worse", "regression")
    assert "    baseline: old 0\n    run:      new 0\n" in (failure.text or "")
    assert tests["rare"].find("skipped") is not None
    assert all(float(test.get("time", "")) == 0 for test in suite)


def test_junit_has_what_the_schema_of_jenkins_allows_and_asks_for(closed: Comparison) -> None:
    for element in ET.fromstring(reports.junit(closed)).iter():  # noqa: S314 - our own
        required, optional = JENKINS[element.tag]
        assert required <= {*element.keys()} <= required | optional, element.tag


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=40))
def test_junit_can_be_read_whatever_was_answered(answer: str) -> None:
    before, after = run_with(answer, 1.0), run_with(answer, 0.0)
    root = ET.fromstring(reports.junit(compare(after, before)).encode())  # noqa: S314 - our own
    assert len(root.findall(".//failure")) == 1


def run_with(answer: str, value: float) -> Run:
    run = run_of({"m": [value] * 6}, dataset=answer or "golden")
    cases = {name: Case(id=name, question=answer, answer=answer) for name in run.answers}
    scores = [Score(case=s.case, name="m", value=s.value, reason=answer) for s in run.scores]
    return run.with_scores(scores, cases)


def test_plain_data_has_every_figure(closed: Comparison) -> None:
    said = reports.data(closed)
    assert (said["regression"], said["cases"], said["minimum_effect"]) == (True, 20, 0.02)
    worse, failing, rare = said["metrics"]
    assert (worse["metric"], worse["baseline"], worse["run"]) == ("faithfulness", 1.0, 0.5)
    assert worse["interval"]["high"] < -0.02
    assert worse["worst"][0] | {"why": None} == {
        "case": "case 0",
        "question": "question 0",
        "answer": {"baseline": "old 0", "run": "new 0"},
        "score": {"baseline": "1.000", "run": "0.000"},
        "why": None,
    }
    assert (failing["failures"], failing["finding"]) == ({"baseline": 0, "run": 1}, True)
    assert (rare["outcome"], rare["interval"], rare["worst"]) == ("too few", None, [])


def test_a_long_answer_is_cut() -> None:
    run = run_of(AFTER)
    long = "x" * 9000
    answers = {name: replace(case, answer=long) for name, case in run.answers.items()}
    text = reports.markdown(compare(run.with_scores(run.scores, answers), run_of(BEFORE)))
    assert f"{'x' * 600}…" in text
    assert "x" * 601 not in text
