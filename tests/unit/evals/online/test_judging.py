"""What an evaluator does that it should not, while an application runs."""

import sys

import pytest

from spansight.evals import Case
from spansight.evals.online import Observed, judge_answers
from support.judges import Says


class Leaves:
    def evaluate(self, case: Case) -> bool:
        sys.exit(f"no licence for {case.id}")


class LeavesLater:
    async def evaluate(self, case: Case) -> bool:
        raise SystemExit(bool(case))


@pytest.mark.parametrize("evaluator", [Leaves(), LeavesLater()])
def test_who_would_end_the_process_has_failed_and_the_others_go_on(
    evaluator: Leaves | LeavesLater, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = Observed(Case(id="1", question="How long?", answer="7 days."), {})
    left, other = judge_answers([answer], {"left": evaluator, "other": Says(1)})
    assert (left.error_type, other.value) == ("ExitError", 1.0)
    assert "evaluator 'left' raised ExitError; recorded as a failure" in capsys.readouterr().err
