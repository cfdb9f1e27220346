"""What a check found, and how long a check may wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

Outcome = Literal["ok", "empty", "failed", "unreachable", "skipped"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a diagnosis."""

    hop: str
    outcome: Outcome
    detail: str
    fix: str = ""
    """What to do; empty when there is nothing to do."""


def eventually(check: Callable[[], _T], *, within_s: float, every_s: float = 0.5) -> _T:
    """Repeat `check` until its answer is truthy or the time is over; return the last answer."""
    deadline = time.monotonic() + within_s
    while not (answer := check()) and time.monotonic() < deadline:
        time.sleep(every_s)
    return answer
