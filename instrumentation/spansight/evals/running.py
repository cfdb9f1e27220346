"""Run evaluators over a dataset: bounded, patient, and without losing what is finished.

Plain evaluators compute, in threads; ``async`` ones ask somebody: only those are limited in rate
and spending.  Whatever an evaluator raises is a recorded failure.  A plain one that does not come
back in time cannot be stopped: its failure is recorded, and its thread is left to itself.
"""

import asyncio
import contextvars
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Final, cast

from opentelemetry.context import Context, get_current

from spansight.conventions import labels
from spansight.errors import ConfigError
from spansight.evals.dataset import Dataset
from spansight.evals.model import Case, Evaluator, EvaluatorError, Opinion, Score, Verdict
from spansight.evals.runs import Keeper, Run, kept
from spansight.telemetry import events
from spansight.telemetry.context import context
from spansight.telemetry.guard import Guard

Progress = Callable[[int, int, Score], object]
"""Is told after each score how many there are, how many there will be, and the score."""

_LONGEST_PAUSE_S: Final = 30.0
_LONGEST_REASON: Final = 500
_NOBODY: Final = Verdict(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much at once, how fast, how long, how often and how dear."""

    concurrency: int = 8
    timeout_s: float = 60.0
    """For one attempt of one evaluator at one case."""
    retries: int = 2
    """After errors of `retry_on`, each after twice the pause before."""
    backoff_s: float = 0.5
    retry_on: tuple[type[BaseException], ...] = (OSError,)
    """Lost connections and timeouts; add what your client raises when it is asked too often."""
    per_second: float | None = None
    spend_usd: float | None = None
    """After that much, nobody is asked any more; what was under way is finished, and counts."""

    def __post_init__(self) -> None:
        above_0 = {"concurrency": self.concurrency, "timeout_s": self.timeout_s}
        for name, value in (above_0 | {"per_second": self.per_second or 1}).items():
            if value <= 0:
                raise ConfigError(f"{name}={value!r}: expected a number above 0")
        for name, value in {"retries": self.retries, "backoff_s": self.backoff_s}.items():
            if value < 0:
                raise ConfigError(f"{name}={value!r}: expected 0 or more")


_USUAL: Final = Limits()


def evaluate(
    dataset: Dataset,
    evaluators: Mapping[str, Evaluator],
    *,
    limits: Limits = _USUAL,
    file: str | Path | None = None,
    progress: Progress | None = None,
) -> Run:
    """Judge every case with every evaluator; each score is an event of the span it is about.

    With a file, every finished score is kept at once: called again, it goes on where it was, and
    tries again what had failed.
    """
    work = evaluating(dataset, evaluators, limits=limits, file=file, progress=progress)
    if not _loop_runs():
        return asyncio.run(work)
    # In a notebook a loop runs already, and one thread has one at most.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(contextvars.copy_context().run, asyncio.run, work).result()


async def evaluating(
    dataset: Dataset,
    evaluators: Mapping[str, Evaluator],
    *,
    limits: Limits = _USUAL,
    file: str | Path | None = None,
    progress: Progress | None = None,
) -> Run:
    """Do what `evaluate` does, where a loop runs already."""
    if not evaluators:
        raise ConfigError("no evaluators; expected at least one, by its name")
    new = Run.of(dataset, evaluators, datetime.now(UTC).isoformat(timespec="seconds"))
    pool = ThreadPoolExecutor(limits.concurrency, thread_name_prefix="spansight-evaluator")
    try:
        with kept(new, Path(file) if file else None) as (run, keep):
            before = {(score.case, score.name): score for score in run.scores}
            work = _Work(evaluators, limits, keep, progress, pool, before, spent_usd=run.cost_usd)
            return run.with_scores(await work.done(dataset))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@dataclass(slots=True)
class _Work:
    evaluators: Mapping[str, Evaluator]
    limits: Limits
    keep: Keeper
    progress: Progress | None
    pool: ThreadPoolExecutor
    scores: dict[tuple[str, str], Score]
    """By case and evaluator; those of before to begin with."""
    around: Context = field(default_factory=get_current)
    next_turn: float = 0.0
    spent_usd: float = 0.0

    async def done(self, dataset: Dataset) -> list[Score]:
        """Return every score, those of before included, in the order of cases and evaluators."""
        pairs = [(case, name) for case in dataset.cases for name in self.evaluators]
        todo = iter([(case, name) for case, name in pairs if (case.id, name) not in self.scores])
        with context(feature=labels.JUDGING):
            workers = [
                asyncio.create_task(self._through(todo, len(pairs)))
                for _ in range(self.limits.concurrency)
            ]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
        return [self.scores[case.id, name] for case, name in pairs]

    async def _through(self, todo: Iterator[tuple[Case, str]], total: int) -> None:
        for case, name in todo:
            score = await self._scored(case, name)
            self.scores[case.id, name] = score
            self.spent_usd += score.cost_usd
            self.keep(score)
            _tell(score, case, self.around)
            if self.progress is not None:
                self.progress(len(self.scores), total, score)

    async def _scored(self, case: Case, name: str) -> Score:
        evaluator = self.evaluators[name]
        asks = iscoroutinefunction(evaluator.evaluate)
        error: BaseException | None = None
        for attempt in range(self.limits.retries + 1):
            if asks and self._is_spent():
                reason = f"{self.spent_usd:.4f} USD spent of {self.limits.spend_usd}"
                return _failure(case, name, "spend_cap", reason)
            if asks:
                await self._turn()
            opinion, error = await self._outcome(self._opinion(evaluator, case, asks=asks))
            if error is None:
                return Score.of(case.id, name, opinion)
            if not isinstance(error, self.limits.retry_on):
                break
            if attempt < self.limits.retries:
                await asyncio.sleep(_pause(self.limits.backoff_s, attempt))
        held = error.verdict if isinstance(error, EvaluatorError) else _NOBODY
        return _failure(case, name, type(error).__qualname__, str(error), held)

    async def _opinion(self, evaluator: Evaluator, case: Case, *, asks: bool) -> Opinion:
        if asks:
            return await cast("Awaitable[Opinion]", evaluator.evaluate(case))
        judge = contextvars.copy_context().run
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self.pool, lambda: judge(cast("Callable[[Case], Opinion]", evaluator.evaluate), case)
        )

    async def _outcome(self, work: Awaitable[Opinion]) -> tuple[Opinion, BaseException | None]:
        """Wait for an evaluator: what it says, or what it raised instead."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.wait({task}, timeout=self.limits.timeout_s)
        finally:
            cancelled = task.cancel()
        if cancelled:
            return None, TimeoutError(f"no answer within {self.limits.timeout_s} s")
        if task.cancelled():
            return None, asyncio.CancelledError("the evaluator cancelled itself")
        error = task.exception()
        return (None, error) if error else (task.result(), None)

    def _is_spent(self) -> bool:
        limit = self.limits.spend_usd
        return limit is not None and self.spent_usd >= limit

    async def _turn(self) -> None:
        if self.limits.per_second is None:
            return
        now = asyncio.get_running_loop().time()
        turn = max(now, self.next_turn)
        self.next_turn = turn + 1 / self.limits.per_second
        await asyncio.sleep(turn - now)


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _pause(first_s: float, attempt: int) -> float:
    # Those that failed together shall not come back together.
    spread = random.uniform(0.5, 1)  # noqa: S311 - no secret
    return min(first_s * 2**attempt, _LONGEST_PAUSE_S) * spread


def _failure(case: Case, name: str, error_type: str, reason: str, held: Verdict = _NOBODY) -> Score:
    return Score(
        case=case.id,
        name=name,
        error_type=error_type,
        reason=reason[:_LONGEST_REASON],
        by=held.by,
        cost_usd=held.cost_usd,
        about=held.about,
    )


def _tell(score: Score, case: Case, around: Context) -> None:
    with Guard("event of a score"):
        about = around
        if case.trace_id is not None:
            about = events.elsewhere(case.trace_id, case.span_id or "0", around)
        if score.value is None and score.label is None and score.error_type is None:
            return
        events.evaluation(
            score.name,
            score.value,
            evaluator=score.by,
            context=about,
            error_type=score.error_type,
            label=score.label,
            explanation=score.reason or None,
            more=score.about,
            response_id=case.response_id,
        )
