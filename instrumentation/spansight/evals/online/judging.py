"""Judge answers one after the other; what is found becomes events of the spans they are about."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from inspect import isawaitable
from typing import Final

from opentelemetry.context import Context

from spansight.evals import checks
from spansight.evals.model import Case, Evaluator, Opinion, Score
from spansight.evals.online.observed import Observed
from spansight.evals.toxicity import NotAbusive, Toxicity
from spansight.settings import say
from spansight.telemetry import events
from spansight.telemetry.context import carrying
from spansight.telemetry.guard import Guard
from spansight.telemetry.standard import captures_content

_LONGEST_REASON: Final = 500
_QUOTE_NOTHING: Final = (
    checks.NotEmpty,
    checks.Length,
    checks.Language,
    checks.NotRefused,
    checks.NotCutOff,
    checks.WithinLatency,
    checks.WithinTokens,
    checks.CitesContexts,
    NotAbusive,
    Toxicity,
)
"""What gives figures for its reasons; those of any other may quote the answer."""


def judge_answers(answers: Iterable[Observed], evaluators: Mapping[str, Evaluator]) -> list[Score]:
    """Judge answers, of this process or read back from a store; return every score.

    Each score, label and failure is an event of the answer's span.  What an evaluator raises is a
    recorded failure, and the others go on.
    """
    return [
        judge(name, evaluator, one) for one in answers for name, evaluator in evaluators.items()
    ]


def judge(name: str, evaluator: Evaluator, about: Observed) -> Score:
    """Let one evaluator judge one answer, and tell what it says."""
    score = _judged(name, evaluator, about.case)
    if score.value is not None or score.label is not None or score.error_type is not None:
        # A reason may quote the answer, which leaves the process only where content does.
        may_leave = isinstance(evaluator, _QUOTE_NOTHING) or captures_content()
        with Guard("event of a score"):
            _tell(score, about, score.reason[:_LONGEST_REASON] if may_leave else "")
    return score


def _judged(name: str, evaluator: Evaluator, case: Case) -> Score:
    with Guard(f"evaluator {name}") as guard:
        opinion = evaluator.evaluate(case)
        if isawaitable(opinion):
            opinion = asyncio.run(_awaited(opinion))
        return Score.of(case.id, name, opinion)
    failed = type(guard.error).__qualname__
    # Its words may quote the answer.
    say(f"evaluator {name!r} raised {failed}; recorded as a failure, the application goes on")
    return Score(case=case.id, name=name, error_type=failed, reason=str(guard.error))


def _tell(score: Score, about: Observed, explanation: str) -> None:
    events.evaluation(
        score.name,
        score.value,
        evaluator=score.by,
        context=_context(about),
        error_type=score.error_type,
        label=score.label,
        explanation=explanation or None,
        response_id=about.case.response_id,
    )


async def _awaited(opinion: Awaitable[Opinion]) -> Opinion:
    return await opinion


def _context(about: Observed) -> Context:
    labels = carrying(about.whose, Context())
    case = about.case
    if case.trace_id is None:
        return labels
    return events.elsewhere(case.trace_id, case.span_id or "0", labels)
