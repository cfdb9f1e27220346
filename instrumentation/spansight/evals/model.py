"""What is judged, what a judgement is, and who makes it."""

import math
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, Self, get_args

from spansight.conventions import attributes
from spansight.errors import SpansightError

PASS, FAIL = "pass", "fail"

LONGEST_REASON: Final = 20_000
"""Characters of a reason in an event, and of what an exception says in a run's file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question, what came of it, and what should have; None where nobody knows."""

    id: str
    question: str
    answer: str | None = None
    contexts: tuple[str, ...] | None = None
    """What the model was given, best first; empty where a search found nothing."""
    ground_truth: str | None = None
    """The answer that would have been right."""
    retrieved: tuple[str, ...] | None = None
    """Ids of the documents that were found, best first."""
    relevant: tuple[str, ...] = ()
    """Ids of those that would have been right."""
    latency_s: float | None = None
    """How long the answer took."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    finish_reason: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    response_id: str | None = None
    metadata: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Verdict:
    """An opinion with its reason, who holds it, and what it cost.

    Its value is as an evaluator may return it: a bool, a number from 0 to 1, a label, or None.
    """

    value: bool | float | str | None
    reason: str = ""
    by: attributes.Evaluator = "heuristic"
    cost_usd: float = 0.0
    about: Mapping[str, str] | None = None
    """What else its event says, by names of the vocabulary: the judge's model and prompt."""


class EvaluatorError(SpansightError):
    """An evaluator's failure that says, by a verdict without a value, whose it is and its cost."""

    def __init__(self, why: str, verdict: Verdict) -> None:
        super().__init__(why)
        self.verdict = verdict


Opinion = bool | float | str | Verdict | None
"""A bool passes or fails, a number scores from 0 to 1, a text labels, None has nothing to judge."""


class Evaluator(Protocol):
    """Whatever judges a case; what it raises is a recorded failure.

    One with `quotes = False` never quotes the case in a reason: its reasons leave the process also
    where content does not.
    """

    def evaluate(self, case: Case, /) -> Opinion | Awaitable[Opinion]:
        """Judge one case; an ``async def`` where somebody else has to be asked."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What became of one evaluator and one case: a value, a label, neither, or a failure."""

    case: str
    name: str
    value: float | None = None
    """From 0 to 1; a pass is 1, a fail 0."""
    label: str | None = None
    reason: str = ""
    by: attributes.Evaluator = "heuristic"
    cost_usd: float = 0.0
    error_type: str | None = None
    """What went wrong, if something did: then there is no value, and the reason says more."""
    about: Mapping[str, str] | None = None
    """What else its event says, by names of the vocabulary: the judge's model and prompt."""

    @classmethod
    def of(cls, case: str, name: str, opinion: Opinion) -> Self:
        """Take an opinion as it is meant; what means nothing is a failure."""
        held = opinion if isinstance(opinion, Verdict) else Verdict(opinion)
        wrong = _wrong(held)
        if wrong:
            return cls(case=case, name=name, reason=wrong, error_type="invalid_score")
        value, label = _meaning(held.value)
        return cls(
            case=case,
            name=name,
            value=value,
            label=label,
            reason=held.reason,
            by=held.by,
            cost_usd=held.cost_usd,
            about=held.about,
        )


def quotes(evaluator: Evaluator) -> bool:
    """Whether an evaluator's reasons may quote the case: unless it says that they do not."""
    return getattr(evaluator, "quotes", True) is not False


def _wrong(verdict: Verdict) -> str | None:
    if verdict.value is not None and _meaning(verdict.value) == (None, None):
        return f"{verdict.value!r:.80}: expected a bool, a number from 0 to 1, a label, or None"
    if verdict.by not in get_args(attributes.Evaluator):
        return f"by={verdict.by!r:.40}: expected one of {', '.join(get_args(attributes.Evaluator))}"
    if not (math.isfinite(verdict.cost_usd) and verdict.cost_usd >= 0):
        return f"cost_usd={verdict.cost_usd!r}: expected a number, 0 or more"
    return None


def is_score(value: object) -> bool:
    """Whether a value is a number from 0 to 1."""
    return isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= 1


def _meaning(value: object) -> tuple[float | None, str | None]:
    if isinstance(value, bool):
        return float(value), PASS if value else FAIL
    if isinstance(value, str):
        return None, value.strip() or None
    return (float(value) if isinstance(value, int | float) and is_score(value) else None), None
