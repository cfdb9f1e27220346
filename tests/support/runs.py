"""Runs of tests, made of nothing but their scores."""

from collections.abc import Mapping, Sequence
from typing import Any

from spansight.evals.model import Case, Score
from spansight.evals.runs import Run

FAILED = "TimeoutError"


def run_of(
    scores: Mapping[str, Sequence[float | str | None]],
    *,
    answers: str = "answer",
    **changed: Any,  # noqa: ANN401 - fields of a run
) -> Run:
    """Return a finished run: by metric, each case's number; None without one, a text failed."""
    cases = max(map(len, scores.values()))
    told: dict[str, Any] = {
        "dataset": "golden",
        "version": "v1",
        "questions": "q1",
        "cases": cases,
        "evaluators": dict.fromkeys(scores, "Evaluator()"),
        "started": "2026-05-01T08:30:00+00:00",
        "scores": [
            _score(f"case {number}", name, value)
            for name, values in scores.items()
            for number, value in enumerate(values)
        ],
        "answers": {
            f"case {number}": Case(
                id=f"case {number}", question=f"question {number}", answer=f"{answers} {number}"
            )
            for number in range(cases)
        },
    }
    return Run(**(told | changed))


def _score(case: str, name: str, value: float | str | None) -> Score:
    if isinstance(value, str):
        return Score(case=case, name=name, error_type=value, reason="no answer within 60 s")
    reason = "" if value is None else f"because of {value:g}"
    return Score(case=case, name=name, value=value, reason=reason)
