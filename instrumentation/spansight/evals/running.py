"""Run evaluators over a dataset: bounded, patient, and without losing what is finished.

With a target, it is asked each question first, and its answers are judged.  Whatever a target or
an evaluator raises is a recorded failure.
"""

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Final, TypedDict, TypeVar, Unpack, cast

from opentelemetry import trace
from opentelemetry.context import Context, get_current

from spansight.conventions import labels
from spansight.errors import ConfigError
from spansight.evals import fields
from spansight.evals.dataset import Dataset
from spansight.evals.limits import Limits, Overspent, Patience
from spansight.evals.model import (
    LONGEST_REASON,
    Case,
    Evaluator,
    EvaluatorError,
    Opinion,
    Score,
    Verdict,
    quotes,
)
from spansight.evals.runs import Keeper, Run, kept
from spansight.evals.targets import Asked, Reply, Target, as_target
from spansight.evals.telling import tell
from spansight.telemetry.context import context
from spansight.telemetry.stages import stage

T = TypeVar("T")

Progress = Callable[[int, int, Score], object]
"""Is told after each score how many there are, how many there will be, and the score."""

_NOBODY: Final = Verdict(None)
_USUAL: Final = Limits()


class How(TypedDict, total=False):
    """How a dataset is run."""

    target: Target | Asked | None
    """What answers the questions, or a function of the question; none judges what is recorded."""
    limits: Limits
    file: str | Path | None
    """Keeps every finished answer and score at once: called again with it, a run goes on where it
    was, and tries again what had failed."""
    progress: Progress | None


def evaluate(dataset: Dataset, evaluators: Mapping[str, Evaluator], **how: Unpack[How]) -> Run:
    """Judge every case with every evaluator; each score is an event of the span it is about.

    With a target, that answers the questions first.  With a file, finished work is kept at once:
    called again, the run goes on where it was, and tries again what had failed.
    What a target or an evaluator raises is recorded.  No evaluators, and a file that holds a run of
    another dataset, target or other evaluators, are a ConfigError.
    """
    work = evaluating(dataset, evaluators, **how)
    if not _loop_runs():
        return asyncio.run(work)
    # In a notebook a loop runs already, and one thread has one at most.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(contextvars.copy_context().run, asyncio.run, work).result()


async def evaluating(
    dataset: Dataset, evaluators: Mapping[str, Evaluator], **how: Unpack[How]
) -> Run:
    """Do what `evaluate` does, where a loop runs already."""
    _check(evaluators)
    asked = how.get("target")
    target = None if asked is None else as_target(asked)
    began = datetime.now(UTC).isoformat(timespec="seconds")
    new = Run.of(dataset, evaluators, began, target=repr(target) if target else "")
    file = how.get("file")
    with kept(new, Path(file) if file else None) as (run, spent_usd, keeper):
        patience = Patience(how.get("limits", _USUAL), spent_usd)
        work = _Work(evaluators, patience, keeper, how.get("progress"), run)
        with closing(patience), context(feature=labels.JUDGING):
            return await work.done(dataset, target)


def _check(evaluators: Mapping[str, Evaluator]) -> None:
    if not evaluators:
        raise ConfigError("no evaluators; expected at least one, by its name")
    if labels.ANSWERING in evaluators:
        raise ConfigError(
            f"evaluator {labels.ANSWERING!r}: expected another name; "
            "this one is that of what the target says"
        )


@dataclass(slots=True)
class _Work:
    evaluators: Mapping[str, Evaluator]
    patience: Patience
    keep: Keeper
    progress: Progress | None
    run: Run
    """As far as it had come before."""
    around: Context = field(default_factory=get_current)
    scores: dict[tuple[str, str], Score] = field(init=False)
    """By case and evaluator; those of before to begin with."""
    answers: dict[str, Case] = field(init=False)
    total: int = 0

    def __post_init__(self) -> None:
        self.scores = {(score.case, score.name): score for score in self.run.scores}
        self.answers = dict(self.run.answers)

    async def done(self, dataset: Dataset, target: Target | None) -> Run:
        """Return the run with every score, in the order of cases and evaluators."""
        names = [*([labels.ANSWERING] if target else []), *self.evaluators]
        self.total = len(dataset.cases) * len(names)
        if target is None:
            self._take(dataset.cases)
        else:
            await self._at_once(
                self._answer(target, case)
                for case in dataset.cases
                if (case.id, labels.ANSWERING) not in self.scores
            )
        await self._at_once(
            self._judge(self.answers[case.id] if target else case, name)
            for case in dataset.cases
            if case.id in self.answers
            for name in self.evaluators
            if (case.id, name) not in self.scores
        )
        every = [self.scores.get((case.id, name)) for case in dataset.cases for name in names]
        return self.run.with_scores([one for one in every if one is not None], self.answers)

    def _take(self, cases: Iterable[Case]) -> None:
        """Keep what was asked and answered, for whoever compares runs; the dataset has the rest."""
        for case in cases:
            if case.id not in self.answers:
                brief = replace(case, contexts=None, retrieved=None, metadata={})
                self.answers[case.id] = brief
                self.keep.answer(brief)

    async def _at_once(self, work: Iterable[Awaitable[None]]) -> None:
        todo = iter(work)

        async def through() -> None:
            for one in todo:
                await one

        workers = [asyncio.create_task(through()) for _ in range(self.patience.limits.concurrency)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()

    async def _answer(self, target: Target, case: Case) -> None:
        def ask() -> Awaitable[tuple[Case, float]]:
            return _asked(target, case, self.patience)

        outcome = await self.patience.outcome(ask, asks=True)
        if outcome.result is None:
            self._keep(_failure(case, labels.ANSWERING, outcome.error))
            return
        answered, cost_usd = outcome.result
        self.answers[case.id] = answered
        self.keep.answer(answered)
        self._keep(Score(case=case.id, name=labels.ANSWERING, cost_usd=cost_usd))

    async def _judge(self, case: Case, name: str) -> None:
        evaluator = self.evaluators[name]
        asks = iscoroutinefunction(evaluator.evaluate)

        def opinion() -> Awaitable[Opinion]:
            if asks:
                return cast("Awaitable[Opinion]", evaluator.evaluate(case))
            return self.patience.threaded(evaluator.evaluate, case)

        outcome = await self.patience.outcome(opinion, asks=asks)
        if outcome.error is None:
            score = Score.of(case.id, name, outcome.result)
        else:
            score = _failure(case, name, outcome.error)
        self._keep(score)
        tell(score, case, self.around, quotes=quotes(evaluator))

    def _keep(self, score: Score) -> None:
        self.scores[score.case, score.name] = score
        self.patience.spent_usd += score.cost_usd
        self.keep.score(score)
        if self.progress is not None:
            self.progress(len(self.scores), self.total, score)


async def _asked(target: Target, case: Case, patience: Patience) -> tuple[Case, float]:
    """Return the case as the target answered it, joined to its trace, and what that cost."""
    with stage("evaluation_case"):
        span = trace.get_current_span().get_span_context()
        started = time.perf_counter()
        if iscoroutinefunction(target.answer):
            reply = cast("Reply", await target.answer(case))
        else:
            reply = await patience.threaded(target.answer, case)
        took_s = time.perf_counter() - started
    told = {"answer": reply} if isinstance(reply, str) else reply
    joined = {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"}
    known = {"latency_s": took_s, **(joined if span.is_valid else {})}
    return fields.answered(case, {**known, **told}, "reply of the target")


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _failure(case: Case, name: str, error: BaseException | None) -> Score:
    held = error.verdict if isinstance(error, EvaluatorError) else _NOBODY
    kind = "spend_cap" if isinstance(error, Overspent) else type(error).__qualname__
    return Score(
        case=case.id,
        name=name,
        error_type=kind,
        reason=str(error)[:LONGEST_REASON],
        by=held.by,
        cost_usd=held.cost_usd,
        about=held.about,
    )
