"""Judge answers one after the other; what is found becomes events of the spans they are about."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from inspect import isawaitable

from opentelemetry.context import Context

from spansight.evals.limits import ExitError
from spansight.evals.model import Case, Evaluator, Opinion, Score, quotes
from spansight.evals.online.observed import Observed
from spansight.evals.telling import tell
from spansight.settings import say
from spansight.telemetry.context import carrying
from spansight.telemetry.guard import Guard


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
    tell(score, about.case, carrying(about.whose, Context()), quotes=quotes(evaluator))
    return score


def _judged(name: str, evaluator: Evaluator, case: Case) -> Score:
    with Guard(f"evaluator {name}") as guard:
        return Score.of(case.id, name, _opinion(evaluator, case))
    failed = type(guard.error).__qualname__
    # Its words may quote the answer.
    say(f"evaluator {name!r} raised {failed}; recorded as a failure, the application goes on")
    return Score(case=case.id, name=name, error_type=failed, reason=str(guard.error))


def _opinion(evaluator: Evaluator, case: Case) -> Opinion:
    try:
        opinion = evaluator.evaluate(case)
        return asyncio.run(_awaited(opinion)) if isawaitable(opinion) else opinion
    except SystemExit as error:  # it would end the thread that judges, and nobody would know
        raise ExitError(f"sys.exit({error.code!r})") from error


async def _awaited(opinion: Awaitable[Opinion]) -> Opinion:
    return await opinion
