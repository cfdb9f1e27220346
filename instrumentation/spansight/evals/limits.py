"""How much at once, how fast, how long, how often and how dear; and who sees to it.

What is plain computes, in threads; what is ``async`` asks somebody: only that is limited in rate
and spending.  A plain function that does not come back in time cannot be stopped: its failure is
recorded, and its thread is left to itself.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Final, Generic, TypeVar, cast

from spansight.errors import ConfigError
from spansight.evals.threads import Threads

T = TypeVar("T")

_LONGEST_PAUSE_S: Final = 30.0
_MOST_AT_ONCE: Final = 1000
"""More than any endpoint serves; each is a task of its own."""
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much at once, how fast, how long, how often and how dear.

    A number below what it can be is a ConfigError.
    """

    concurrency: int = 8
    """Cases at once."""
    timeout_s: float = 60.0
    """For one attempt at one case."""
    retries: int = 2
    """After errors of `retry_on`, each after twice the pause before."""
    backoff_s: float = 0.5
    """The first pause; none is longer than 30 s."""
    retry_on: tuple[type[BaseException], ...] = (OSError,)
    """Lost connections and timeouts; add what your client raises when it is asked too often."""
    per_second: float | None = None
    """Calls that ask somebody, at most."""
    spend_usd: float | None = None
    """After that much, nobody is asked any more; what was under way is finished, and counts."""

    def __post_init__(self) -> None:
        above_0 = {"concurrency": self.concurrency, "timeout_s": self.timeout_s}
        for name, value in (above_0 | {"per_second": self.per_second or 1}).items():
            if value <= 0:
                raise ConfigError(f"{name}={value!r}: expected a number above 0")
        if self.concurrency > _MOST_AT_ONCE:
            raise ConfigError(f"concurrency={self.concurrency!r}: expected at most {_MOST_AT_ONCE}")
        for name, value in {"retries": self.retries, "backoff_s": self.backoff_s}.items():
            if value < 0:
                raise ConfigError(f"{name}={value!r}: expected 0 or more")


class Overspent(Exception):  # noqa: N818 - the state, recorded as `spend_cap`
    """The spend cap is reached; nobody is asked any more."""


class ExitError(Exception):
    """What was called wanted to end the process: that is its failure, and not the run's end."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a call returned, or what it raised instead."""

    result: T | None
    error: BaseException | None = None


class Patience:
    """Calls what may be slow, busy, broken or dear, within limits; a context manager."""

    def __init__(self, limits: Limits, spent_usd: float = 0.0) -> None:
        """Begin with what was spent before."""
        self.limits: Final = limits
        self.spent_usd = spent_usd
        self._next_turn = 0.0
        self._threads: Final = Threads()

    def close(self) -> None:
        """Take no more calls; those that hang are left to themselves."""
        self._threads.close()

    async def outcome(self, call: Callable[[], Awaitable[T]], *, asks: bool) -> Outcome[T]:
        """Call until there is a result, an error that no retry helps, or no retry left."""
        outcome: Outcome[T] = Outcome(None)
        for attempt in range(self.limits.retries + 1):
            if asks and self._is_spent():
                return Outcome(None, Overspent(self._bill()))
            if asks:
                await self._turn()
            outcome = await self._in_time(call())
            if not isinstance(outcome.error, self.limits.retry_on):
                return outcome
            if attempt < self.limits.retries:
                await asyncio.sleep(_pause(self.limits.backoff_s, attempt))
        return outcome

    async def threaded(self, function: Callable[..., T | Awaitable[T]], *arguments: object) -> T:
        """Call a plain function in a thread; what it returns may have to be awaited here."""
        made: Any = await self._threads.call(function, *arguments)
        return cast("T", await made if isawaitable(made) else made)

    async def _in_time(self, work: Awaitable[T]) -> Outcome[T]:
        task = asyncio.ensure_future(_contained(work))
        try:
            await asyncio.wait({task}, timeout=self.limits.timeout_s)
        finally:
            cancelled = task.cancel()
        if cancelled:
            return Outcome(None, TimeoutError(f"no answer within {self.limits.timeout_s} s"))
        if task.cancelled():
            return Outcome(None, asyncio.CancelledError("cancelled itself"))
        error = task.exception()
        return Outcome(None, error) if error else Outcome(task.result())

    def _is_spent(self) -> bool:
        limit = self.limits.spend_usd
        # Ten times 0.01 is a hair below 0.1 in binary: one more call would be above the cap.
        return limit is not None and self.spent_usd >= limit * (1 - _ROUNDING)

    def _bill(self) -> str:
        return f"{self.spent_usd:.4f} USD spent of {self.limits.spend_usd}"

    async def _turn(self) -> None:
        if self.limits.per_second is None:
            return
        now = asyncio.get_running_loop().time()
        turn = max(now, self._next_turn)
        self._next_turn = turn + 1 / self.limits.per_second
        await asyncio.sleep(turn - now)


async def _contained(work: Awaitable[T]) -> T:
    try:
        return await work
    except SystemExit as error:
        raise ExitError(f"sys.exit({error.code!r})") from error


def _pause(first_s: float, attempt: int) -> float:
    # Those that failed together shall not come back together.
    spread = random.uniform(0.5, 1)  # noqa: S311 - no secret
    return min(first_s * 2**attempt, _LONGEST_PAUSE_S) * spread
