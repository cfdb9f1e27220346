"""The gate in a user's own test suite."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from spansight.evals.gate import Rules
from spansight.evals.regression import assert_no_regression
from support.runs import run_of

pytest_plugins = ["pytester"]

SUITE = """
import os
from spansight.evals import Dataset, evaluate
from spansight.evals.gate import Rules

GOLDEN = Dataset.of([{"question": f"What is {n} and {n}?"} for n in range(12)])
WORSE = bool(os.environ.get("WORSE"))

class Right:
    def evaluate(self, case):
        n = int(case.question.split()[2])
        return case.answer == str(2 * n)

def answer(question):
    return "7" if WORSE else str(2 * int(question.split()[2]))

def test_answers(assert_no_regression):
    run = evaluate(GOLDEN, {"right": Right()}, target=answer)
    assert_no_regression(run, "baselines/answers.jsonl")

def test_answers_of_which_much_is_allowed(assert_no_regression):
    run = evaluate(GOLDEN, {"right": Right()}, target=answer)
    assert_no_regression(run, "baselines/answers.jsonl", Rules(minimum_effect=0.99, confidence=0.6))
"""

PLUGIN = ("-p", "spansight.pytest_plugin", "-p", "no:randomly")


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(test_golden=SUITE)
    return pytester


def run(suite: pytest.Pytester, *words: str) -> pytest.RunResult:
    known = any(one.value == PLUGIN[1] for one in entry_points(group="pytest11"))
    return suite.runpytest_subprocess(*(PLUGIN[2:] if known else PLUGIN), *words)


def test_a_suite_makes_baselines_passes_on_equal_and_fails_on_worse(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(suite)
    first.assert_outcomes(failed=2)
    first.stdout.fnmatch_lines(["*answers.jsonl: no baseline yet; pytest --update-baselines*"])

    run(suite, "--update-baselines").assert_outcomes(passed=2)
    assert (suite.path / "baselines" / "answers.jsonl").is_file()
    run(suite).assert_outcomes(passed=2)

    monkeypatch.setenv("WORSE", "1")
    worse = run(suite)
    worse.assert_outcomes(failed=2)
    worse.stdout.fnmatch_lines(
        [
            "regression in 1 of 1 metrics",
            "metric right, cases 12, baseline 1.000, run 0.000, *worse",
            "*: What is 0 and 0?",
            "    baseline: 0",
            "    run:      7",
        ]
    )


def test_a_regression_is_an_assertion_error_anywhere() -> None:
    good, bad = run_of({"m": [1.0] * 9}), run_of({"m": [0.0] * 9})
    assert assert_no_regression(good, good).findings == []
    with pytest.raises(AssertionError, match="regression in 1 of 1 metrics"):
        assert_no_regression(bad, good)
    assert_no_regression(bad, good, Rules(lower_is_better=frozenset({"m"})))


def test_a_suite_that_does_not_use_it_does_not_load_it() -> None:
    program = (
        "import sys, spansight.pytest_plugin;"
        "print([n for n in sys.modules if n.startswith(('spansight.', 'opentelemetry'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "['spansight.pytest_plugin']\n"
