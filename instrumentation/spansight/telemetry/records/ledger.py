"""What became of one signal's records: how many ended, arrived, and were dropped for what."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Final

from spansight.conventions import labels


class Ledger:
    """Counts of one outbox.  After a flush, whatever ended was either delivered or dropped."""

    def __init__(self, signal: str) -> None:
        """Count the records of a signal: spans or events."""
        self.signal: Final = signal
        self.forget()

    def forget(self) -> None:
        """Count from zero, as a forked child does: what waited before is its parent's."""
        # Reentrant, because the garbage collector may end an abandoned stream's span at any point.
        self._lock = threading.RLock()
        self._dropped: Counter[str] = Counter()
        self.ended = 0
        self._taken = 0
        self.delivered = 0

    def end(self) -> None:
        """Count a record that the queue has got."""
        with self._lock:
            self.ended += 1

    def take(self, count: int, waiting: Callable[[], int]) -> None:
        """Count a batch that left the queue, and what the queue had to give up until now.

        A record is counted after it was queued, and read here before the queue is: the difference
        is never too high, and exact as soon as no other thread is in between.
        """
        with self._lock:
            self._taken += count
            ended = self.ended
            given_up = ended - self._taken - waiting()
            self._dropped[labels.QUEUE_FULL] = max(given_up, self._dropped[labels.QUEUE_FULL])

    def deliver(self, count: int) -> None:
        """Count what arrived."""
        with self._lock:
            self.delivered += count

    def drop(self, reason: str, count: int = 1) -> None:
        """Count what will never arrive."""
        with self._lock:
            self._dropped[reason] += count

    @property
    def dropped(self) -> dict[str, int]:
        """How many were dropped for each reason there was."""
        return {reason: count for reason, count in self._dropped.items() if count}

    @property
    def missing(self) -> int:
        """Records that nobody has: after a flush, the number lost."""
        return self.ended - self.delivered
