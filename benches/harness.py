"""The method, the same for every question: alternate, and take the median of ratios.

Blocks with and without alternate in one process, in an order that turns each round, and only the
calling thread's CPU time counts.  So neighbours on the machine, its clock and other threads slow
both sides alike.  A third block, without again, is measured beside them: its ratio says how far
from 1 nothing at all may be found.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final

Action = Callable[[], object]

_WITHOUT, _AGAIN, _WITH = range(3)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A median and its quartiles."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, ratios: list[float]) -> "Ratio":
        """Summarise the rounds."""
        return cls(*(round(value, 4) for value in statistics.quantiles(ratios, n=4)))


@dataclass(frozen=True, slots=True)
class Added:
    """What something adds to an action."""

    ratio: Ratio
    null: Ratio
    """Nothing against nothing, in the same rounds."""
    base_us: float
    """What the action costs without, for scale."""

    def as_json(self) -> dict[str, object]:
        """Return plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long to measure."""

    rounds: int
    actions: int
    """In a block."""


CALLS: Final = Plan(rounds=60, actions=8)
STREAMS: Final = Plan(rounds=40, actions=1)


def compare(without: Action, with_it: Action, switch: Callable[[bool], None], plan: Plan) -> Added:
    """Measure one action with something and without it."""
    with_ratios: list[float] = []
    null_ratios: list[float] = []
    costs: list[float] = []
    for number in range(plan.rounds):
        spent = [0.0] * 3
        for turn in range(3):
            which = (number + turn) % 3
            switch(which == _WITH)
            spent[which] = _block(with_it if which == _WITH else without, plan.actions)
        with_ratios.append(spent[_WITH] / spent[_WITHOUT])
        null_ratios.append(spent[_AGAIN] / spent[_WITHOUT])
        costs.append(spent[_WITHOUT] / plan.actions)
    return Added(
        Ratio.of(with_ratios), Ratio.of(null_ratios), round(statistics.median(costs) * 1e6, 1)
    )


def _block(action: Action, times: int) -> float:
    """Return the thread's CPU seconds, after one action that is not counted."""
    action()
    started = time.thread_time()
    for _ in range(times):
        action()
    return time.thread_time() - started
