"""A queue, and the thread that sends what it holds in batches; it sleeps while nothing waits.

The SDK's own wakes every second of every process, and tells nobody how much it holds.
"""

import os
from _thread import allocate_lock, start_new_thread
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Final, Generic, Self, TypeVar

from opentelemetry.instrumentation.utils import suppress_instrumentation

from spansight.telemetry import standard
from spansight.telemetry.guard import Guard

R = TypeVar("R")

_NEVER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much waits, and how long."""

    delay_s: float
    """The longest that a record waits for others."""
    holds: int
    """The most that wait; for one more, the oldest is dropped."""
    at_once: int
    """The largest batch; as soon as so many wait, they are sent."""

    @classmethod
    def of(cls, processor: str) -> Self:
        """Read those of BSP or BLRP, as OpenTelemetry calls the queues of spans and of events."""
        delay_ms, holds, at_once = (
            int(os.environ.get(f"OTEL_{processor}_{stem}", default))
            for stem, default in standard.BATCHES.items()
        )
        return cls(delay_ms / 1000, holds, at_once)


@dataclass(slots=True)
class _Alarm:
    """Ends one sleep of the thread; rung after that sleep, it has no effect."""

    at: float
    """How many must wait for it to ring."""
    rings: SimpleQueue[None] = field(default_factory=SimpleQueue[None])


class Batches(Generic[R]):
    """Takes records from any thread, and gives them to `send` from its own, oldest first.

    The garbage collector ends the spans of abandoned streams, within `put` too: it takes no lock.
    As in `Lifecycle`, thread, lock and queue are the real ones of the moment of import.
    """

    def __init__(self, bounds: Bounds, send: Callable[[Sequence[R]], object]) -> None:
        """Start the thread: from Python 3.12 on none can be started while a process ends."""
        self._bounds: Final = bounds
        self._send: Final = send
        self.restart()

    def restart(self) -> None:
        """Begin with an empty queue and a thread, as a forked child must, which has neither."""
        self._waiting: deque[R] = deque(maxlen=self._bounds.holds)
        self._sending = allocate_lock()
        self._alarm = _Alarm(_NEVER)
        start_new_thread(self._serve, ())

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def put(self, record: R) -> None:
        """Let a record wait; in a full queue, instead of the oldest."""
        self._waiting.append(record)
        alarm = self._alarm
        if len(self._waiting) >= alarm.at:
            # In this order, because Ctrl-C may come between: ringing twice does no harm.
            alarm.rings.put(None)
            alarm.at = _NEVER

    def flush(self) -> None:
        """Send what waits now, after what is being sent; what comes meanwhile prolongs nothing."""
        with self._sending:
            for _ in range(0, len(self._waiting), self._bounds.at_once):
                self._send_batch()

    def _serve(self) -> None:
        while True:
            self._sleep(until=1)
            self._sleep(until=self._bounds.at_once, at_most_s=self._bounds.delay_s)
            with self._sending:
                self._send_batch()
                while len(self._waiting) >= self._bounds.at_once:
                    self._send_batch()

    def _sleep(self, *, until: int, at_most_s: float | None = None) -> None:
        """Sleep until so many wait."""
        # Set before the look at the queue: whoever fills it in between finds it set.
        alarm = self._alarm = _Alarm(until)
        if len(self._waiting) < until:
            with suppress(Empty):
                alarm.rings.get(timeout=at_most_s)

    def _send_batch(self) -> None:
        count = min(len(self._waiting), self._bounds.at_once)
        if not count:
            return
        batch = [self._waiting.popleft() for _ in range(count)]
        # What an exporter calls may be instrumented too.
        with Guard("batch"), suppress_instrumentation():
            self._send(batch)
