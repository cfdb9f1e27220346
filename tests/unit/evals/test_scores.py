"""What an evaluator's answer means."""

import math
from typing import TYPE_CHECKING, Any, cast

import pytest

from spansight.evals import Score, Verdict

if TYPE_CHECKING:
    from spansight.evals.model import Opinion


@pytest.mark.parametrize(
    ("opinion", "value", "label"),
    [
        (True, 1.0, "pass"),
        (False, 0.0, "fail"),
        (1, 1.0, None),
        (0.25, 0.25, None),
        ("polite", None, "polite"),
        (None, None, None),
    ],
)
def test_the_type_of_an_answer_is_its_meaning(
    opinion: object, value: float | None, label: str | None
) -> None:
    assert Score.of("c", "n", cast("Opinion", opinion)) == Score(
        case="c", name="n", value=value, label=label
    )
    assert Score.of("c", "n", Verdict(cast("Any", opinion), "so", "judge", 0.5)) == Score(
        case="c", name="n", value=value, label=label, reason="so", by="judge", cost_usd=0.5
    )


@pytest.mark.parametrize("opinion", [math.nan, math.inf, -0.1, 1.01, 5, "", " ", [1], object])
def test_nonsense_is_a_failure_and_no_score(opinion: object) -> None:
    score = Score.of("c", "n", cast("Opinion", opinion))
    assert (score.value, score.label, score.error_type) == (None, None, "invalid_score")
    assert score.reason.endswith("expected a bool, a number from 0 to 1, a label, or None")


@pytest.mark.parametrize("verdict", [Verdict(1.0, cost_usd=math.nan), Verdict(1.0, cost_usd=-1)])
def test_a_cost_that_is_none_is_a_failure(verdict: Verdict) -> None:
    score = Score.of("c", "n", verdict)
    assert (score.error_type, score.cost_usd) == ("invalid_score", 0)


def test_an_unknown_judge_is_a_failure() -> None:
    by: Any = "oracle"
    score = Score.of("c", "n", Verdict(1.0, by=by))
    assert score.reason.startswith("by='oracle': expected one of heuristic, ")
