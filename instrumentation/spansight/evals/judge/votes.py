"""Several opinions of one judge as one."""

from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Sequence
from statistics import median_low
from typing import Any, TypeVar

from spansight.errors import ConfigError

V = TypeVar("V")


def odd(votes: int) -> int:
    """Return how many opinions are asked for; with an even number, there may be no middle."""
    if votes < 1 or votes % 2 == 0:
        raise ConfigError(f"votes={votes!r}: expected an odd number, 1 or more")
    return votes


async def cast_votes(
    ask: Callable[[], Awaitable[V]], votes: int, said: Callable[[V], Hashable]
) -> list[V]:
    """Ask one after the other, and no more once most of all say the same: the rest changes nothing.

    Not at once: how many calls are under way is what the run's limits bound.
    """
    cast: list[V] = []
    count: Counter[Hashable] = Counter()
    while len(cast) < votes and max(count.values(), default=0) <= votes // 2:
        vote = await ask()
        cast.append(vote)
        count[said(vote)] += 1
    return cast


def middle(grades: Sequence[int], votes: int) -> int:
    """Return the median of grades; where the asking ended early, what most of all had said."""
    ((most, times),) = Counter(grades).most_common(1)
    return most if times > votes // 2 else median_low(grades)


def tally(values: Sequence[Any]) -> str:
    """Say how the votes fell, where there were several."""
    return f" (votes: {', '.join(map(str, values))})" if len(values) > 1 else ""
