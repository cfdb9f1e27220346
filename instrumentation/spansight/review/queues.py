"""Which cases people look at, in which order: the same for every reviewer, after every start."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Final

from spansight.evals import Case, Score
from spansight.evals.checks import NotCutOff, NotEmpty, NotRefused
from spansight.evals.model import FAIL
from spansight.telemetry.events import goodness

DOUBTFUL: Final = 0.5
"""A score below it makes an edge case."""
_LOW_RATING: Final = 2
_HEXITS: Final = 16
_CHECKS: Final = {
    "empty answer": NotEmpty(),
    "cut off by its length": NotCutOff(),
    "refused": NotRefused(),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A case as it is shown, with what evaluators said of it."""

    case: Case
    scores: tuple[Score, ...] = ()
    why: tuple[str, ...] = ()
    """Why it is in its queue, if not by chance."""

    @property
    def version(self) -> str:
        """A hash of what is shown."""
        case = self.case
        shown = "\0".join((case.question, case.answer or "", *(case.contexts or ())))
        return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()[:_HEXITS]

    @property
    def feature(self) -> str:
        """The product feature that asked, where the dataset says so."""
        return str(self.case.metadata.get("feature") or "")

    @property
    def model(self) -> str:
        """The model that answered, where the dataset says so."""
        return str(self.case.metadata.get("model") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Cases for one purpose."""

    name: str
    title: str
    purpose: str
    items: Sequence[Item] = field(repr=False)


def expert(items: Sequence[Item], most: int) -> Queue:
    """Sample the cases, as many of each feature as of another."""
    by_feature: dict[str, list[Item]] = defaultdict(list)
    for item in _shuffled(items):
        by_feature[item.feature].append(item)
    rounds = zip_longest(*(by_feature[name] for name in sorted(by_feature)))
    sample = [item for item in chain.from_iterable(rounds) if item is not None]
    return Queue(
        name="expert",
        title="Expert review",
        purpose="A sample of all answers, each feature alike: how good are they?",
        items=sample[:most],
    )


def edge(items: Sequence[Item], most: int) -> Queue:
    """Take the cases that something is odd about, the oddest first."""
    odd = [
        Item(item.case, item.scores, why)
        for item in _shuffled(items)
        if (why := tuple(_oddities(item)))
    ]
    odd.sort(key=_oddness)
    return Queue(
        name="edge",
        title="Edge cases",
        purpose="Failed, low, cut off, empty, or disliked by its user: what went wrong?",
        items=odd[:most],
    )


def new_feature(items: Sequence[Item], most: int, features: Iterable[str]) -> Queue:
    """Take the cases of new features."""
    wanted = set(features)
    found = [item for item in _shuffled(items) if item.feature in wanted]
    return Queue(
        name="new-feature",
        title="New features",
        purpose=f"Answers of {', '.join(sorted(wanted))}: is it ready?",
        items=found[:most],
    )


def _shuffled(items: Sequence[Item]) -> list[Item]:
    # By a hash, not by chance: who comes later, or again, gets the same sample.
    return sorted(items, key=lambda item: (item.version, item.case.id))


def _oddities(item: Item) -> Iterator[str]:
    case = item.case
    for score in item.scores:
        if score.error_type is not None:
            yield f"{score.name}: {score.error_type}"
        elif is_doubtful(score):
            yield f"{score.name} {score.value:.2f}"
    yield from _displeasure(str(case.metadata.get("rating", "")))
    if error := case.metadata.get("error_type"):
        yield f"failed: {error}"
    if case.contexts == ():
        yield "nothing found"
    for oddity, check in _CHECKS.items():
        if Score.of(case.id, oddity, check.evaluate(case)).label == FAIL:
            yield oddity


def _displeasure(rating: str) -> Iterator[str]:
    """Say that a user disliked an answer, of a rating from 1 to 5 or a thumb."""
    if rating == "down":
        yield "thumb down"
    with suppress(ValueError):
        if float(rating) <= _LOW_RATING:
            yield f"its user rated it {float(rating):g}"


def is_doubtful(score: Score) -> bool:
    """Whether a score makes an edge case."""
    return score.value is not None and goodness(score.name, score.value) < DOUBTFUL


def _oddness(item: Item) -> tuple[float, int]:
    values = [goodness(one.name, one.value) for one in item.scores if one.value is not None]
    return min(values, default=1.0), -len(item.why)
