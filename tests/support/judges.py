"""Evaluators of tests."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import cast

from spansight.evals import Case, Verdict
from spansight.evals.model import Opinion


@dataclass(frozen=True)
class Says:
    """Says what it was told to, of every case."""

    opinion: object

    def evaluate(self, case: Case) -> Opinion:
        assert case.question
        return cast("Opinion", self.opinion)


@dataclass
class Asked:
    """Answers after a while, as a judge does, and keeps count."""

    opinion: Opinion = 1.0
    failures: list[Exception] = field(default_factory=list[Exception], repr=False)
    """What it raises at first, one a call."""
    seconds: float = 0.0
    calls: Counter[str] = field(default_factory=Counter[str], repr=False)
    now: int = field(default=0, repr=False)
    most: int = field(default=0, repr=False)
    """How many were at work at once."""

    async def evaluate(self, case: Case) -> Opinion:
        self.calls[case.id] += 1
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self.seconds)
            if self.failures:
                raise self.failures.pop(0)
            return self.opinion
        finally:
            self.now -= 1


def priced(cost_usd: float) -> Verdict:
    return Verdict(0.5, by="judge", cost_usd=cost_usd)
