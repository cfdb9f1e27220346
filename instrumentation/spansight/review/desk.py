"""The work of reviewing, whatever it is shown in: what comes next, what was said, by whom."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from spansight.errors import ConfigError
from spansight.evals.telling import whose
from spansight.review.journal import HIGHEST, LOWEST, Journal, Judgement, Withdrawn
from spansight.review.labels import USUAL, Label
from spansight.review.queues import Item, Queue
from spansight.review.telling import Teller


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a reviewer says of a case."""

    score: int | None = None
    labels: tuple[str, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A case by its queue and its number there, from 1."""

    queue: str
    number: int


@dataclass(slots=True, kw_only=True)
class Desk:
    """Queues, the journal and the labels of one review."""

    queues: Mapping[str, Queue]
    journal: Journal
    teller: Teller
    labels: Sequence[Label] = USUAL
    blind: bool = False
    """Whether what others and evaluators said is hidden until one has judged."""
    _last: dict[str, list[Judgement]] = field(
        default_factory=dict[str, list[Judgement]], init=False
    )
    """What each reviewer did here, to be undone in reverse."""

    def item(self, place: Place) -> Item | None:
        """Return a case, None where there is none."""
        queue = self.queues.get(place.queue)
        if queue is None or not 0 < place.number <= len(queue.items):
            return None
        return queue.items[place.number - 1]

    def judge(self, place: Place, reviewer: str, opinion: Opinion) -> None:
        """Put a judgement on disk."""
        if opinion.score is None and not opinion.labels:
            raise ConfigError("expected a score or a label")
        if opinion.score is not None and not LOWEST <= opinion.score <= HIGHEST:
            raise ConfigError(f"score {opinion.score}: expected {LOWEST} to {HIGHEST}")
        unknown = set(opinion.labels) - {label.name for label in self.labels}
        if unknown:
            raise ConfigError(f"label {min(unknown)!r}: expected one of those on the page")
        self._keep(place, reviewer, opinion)

    def skip(self, place: Place, reviewer: str) -> None:
        """Leave a case to others."""
        self._keep(place, reviewer, None)

    def undo(self, reviewer: str) -> Place | None:
        """Take back what a reviewer did last, and say where that was."""
        done = self._last.get(reviewer)
        if not done:
            return None
        last = done.pop()
        self.journal.append(Withdrawn(last.id))
        items = self.queues[last.queue].items
        numbers = (n for n, item in enumerate(items, 1) if _is_of(last, item))
        return Place(last.queue, next(numbers))

    def last(self, reviewer: str) -> Judgement | None:
        """Return what `undo` would take back."""
        done = self._last.get(reviewer)
        return done[-1] if done else None

    def own(self, item: Item, reviewer: str) -> Judgement | None:
        """Return what a reviewer said of a case."""
        return next((one for one in self._of(item) if one.reviewer == reviewer), None)

    def others(self, item: Item, reviewer: str) -> list[Judgement]:
        """Return what others said of a case."""
        return [one for one in self._of(item) if one.reviewer != reviewer and not one.skipped]

    def hides(self, item: Item, reviewer: str) -> bool:
        """Whether a reviewer shall not see yet what others and evaluators said."""
        return self.blind and self.own(item, reviewer) is None

    def done(self, queue: Queue, reviewer: str) -> int:
        """Return how many cases of a queue a reviewer is through with."""
        seen = self._seen(reviewer)
        return sum((item.case.id, item.version) in seen for item in queue.items)

    def next_open(self, queue: Queue, reviewer: str, after: int = 0) -> Place | None:
        """Return the next case that a reviewer has not judged, from the start again at the end."""
        seen = self._seen(reviewer)
        numbers = [*range(after + 1, len(queue.items) + 1), *range(1, after + 1)]
        for number in numbers:
            item = queue.items[number - 1]
            if (item.case.id, item.version) not in seen:
                return Place(queue.name, number)
        return None

    def _keep(self, place: Place, reviewer: str, opinion: Opinion | None) -> None:
        item = self.item(place)
        if item is None:
            raise ConfigError(f"no case {place.number} in {place.queue!r}")
        said = opinion or Opinion()
        judgement = Judgement(
            id=secrets.token_hex(8),
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            case=item.case.id,
            version=item.version,
            queue=place.queue,
            reviewer=reviewer,
            score=said.score,
            labels=said.labels,
            comment=said.comment,
            skipped=opinion is None,
            trace_id=item.case.trace_id,
            span_id=item.case.span_id,
            response_id=item.case.response_id,
            whose=whose(item.case) or None,
        )
        self.journal.append(judgement)
        self.teller.expect(judgement)
        self._last.setdefault(reviewer, []).append(judgement)

    def _of(self, item: Item) -> list[Judgement]:
        return [one for one in self.journal.judgements() if _is_of(one, item)]

    def _seen(self, reviewer: str) -> set[tuple[str, str]]:
        mine = (one for one in self.journal.judgements() if one.reviewer == reviewer)
        return {(one.case, one.version) for one in mine}


def _is_of(judgement: Judgement, item: Item) -> bool:
    return (judgement.case, judgement.version) == (item.case.id, item.version)
