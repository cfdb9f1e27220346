"""Judgements as evaluation events: each leaves once, and not while it can be taken back unseen."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from opentelemetry import trace

from spansight.evals import Case, Score
from spansight.evals.telling import tell
from spansight.review.journal import HIGHEST, LOWEST, Journal, Judgement, Told

PATIENCE_S: Final = 60.0
"""How long a judgement waits for its reviewer to change their mind, or to judge the next case."""


@dataclass(slots=True)
class Teller:
    """Turns what the journal holds into events.

    An event cannot be called back.  So the last judgement of each reviewer waits; what a process
    that died still owed is told by the next one.
    """

    journal: Journal
    evaluation: str
    """The name of the evaluation."""
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _mine: set[str] = field(default_factory=set[str], init=False)
    """Ids of judgements made here: another process tells its own."""

    def expect(self, judgement: Judgement) -> None:
        """Tell a judgement, but later."""
        self._mine.add(judgement.id)

    def tell(self, *, keep: frozenset[str] = frozenset(), older_than_s: float = 0.0) -> None:
        """Tell what was judged here so long ago, but for the ids that are kept back."""
        with self._lock:
            for judgement in self.journal.untold():
                if judgement.id in self._mine - keep and _age_s(judgement) >= older_than_s:
                    self._tell(judgement)

    def tell_orphans(self) -> None:
        """Tell what other processes had to, and have not for so long that they must be gone."""
        with self._lock:
            for judgement in self.journal.untold():
                if judgement.id not in self._mine and _age_s(judgement) > 2 * PATIENCE_S:
                    self._tell(judgement)

    def _tell(self, judgement: Judgement) -> None:
        # The mark first: an event too few can be seen in the file, one too many cannot.
        self.journal.append(Told(judgement.id))
        score = judgement.score
        said = Score(
            case=judgement.case,
            name=self.evaluation,
            value=None if score is None else (score - LOWEST) / (HIGHEST - LOWEST),
            label=", ".join(judgement.labels) or None,
            reason=judgement.comment,
            by="human",
        )
        # The current trace is that of the review, not of the answer.
        around = trace.set_span_in_context(trace.INVALID_SPAN)
        # A comment is written to be read by others, and quotes what its writer wants it to.
        tell(said, _judged(judgement), around, quotes=False)


def _judged(judgement: Judgement) -> Case:
    return Case(
        id=judgement.case,
        question="",
        trace_id=judgement.trace_id,
        span_id=judgement.span_id,
        response_id=judgement.response_id,
        metadata=judgement.whose or {},
    )


def _age_s(judgement: Judgement) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(judgement.at)).total_seconds()
