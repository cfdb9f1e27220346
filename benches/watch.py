"""How long it takes until what was sent can be asked for."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Final

import paced_sender
from paced_sender import SPANS_A_REQUEST, SPANS_A_TRACE

from spansight.errors import StoreUnavailable
from spansight.stack.native import NativeStack
from spansight.stores.prometheus import Prometheus
from spansight.stores.tempo import Tempo

COUNTED: Final = 'sum(llm_request_total{service="shop"})'
_POLL_S: Final = 0.1
_PROBE_EVERY_S: Final = 1.0
_PATIENCE_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A request that the Collector has taken."""

    number: int
    ended: float
    taken: float
    times: int


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds from the end of a call until it can be asked for."""

    p50: float
    p99: float
    worst: float

    @classmethod
    def of(cls, delays: list[float]) -> "Delay":
        """Summarise; fewer than a hundred have no 99th of their own, so the worst stands for it."""
        ordered = sorted(delays)
        return cls(
            p50=round(statistics.median(ordered), 2),
            p99=round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 2),
            worst=round(ordered[-1], 2),
        )


class Watch:
    """Asks the stores for what was just sent."""

    def __init__(self, stack: NativeStack) -> None:
        """Ask this stack's."""
        self._tempo: Final = Tempo(stack.endpoints.tempo)
        self._prometheus: Final = Prometheus(stack.endpoints.prometheus)
        self._pool: Final = ThreadPoolExecutor(max_workers=32)
        self._traces: Final[list[Future[float]]] = []
        self._counts: Final[list[tuple[float, float]]] = []
        self._probed = 0.0
        self._runs = True
        self._reader: Final = Thread(target=self._read_counter)
        self._reader.start()

    def saw(self, taken: Taken) -> None:
        """Ask for a trace of this request, unless another was asked for a moment ago."""
        if taken.ended - self._probed >= _PROBE_EVERY_S:
            self._probed = taken.ended
            self._traces.append(self._pool.submit(self._until_there, taken))

    def trace_delays(self) -> list[float]:
        """Wait for every trace that was asked for."""
        return [each.result() for each in self._traces]

    def counter_delays(self, taken: list[Taken]) -> list[float]:
        """Wait until the counter has all requests; return how long it took to have each."""
        wanted = len(taken) * SPANS_A_REQUEST
        _await(lambda: bool(self._counts) and self._counts[-1][1] >= wanted, "the counter")
        self.stop()
        reads = iter(self._counts)
        at, value = next(reads)
        delays: list[float] = []
        for done, each in enumerate(sorted(taken, key=lambda one: one.taken), start=1):
            while value < done * SPANS_A_REQUEST:
                at, value = next(reads)
            delays.append(at - each.ended)
        return delays

    def counted(self) -> int:
        """Return the counter."""
        return round(self._counts[-1][1]) if self._counts else 0

    def stop(self) -> None:
        """Ask no more."""
        self._runs = False
        self._reader.join()
        self._pool.shutdown()

    def _until_there(self, taken: Taken) -> float:
        trace = f"{paced_sender.trace_id(taken.number, 0):032x}"
        _await(lambda: len(self._tempo.trace(trace)) >= SPANS_A_TRACE, f"trace {trace} in Tempo")
        return time.time() - taken.ended

    def _read_counter(self) -> None:
        while self._runs:
            with suppress(StoreUnavailable):
                value = self._prometheus.value(COUNTED)
                self._counts.append((time.time(), value or 0.0))
            time.sleep(_PROBE_EVERY_S)


def _await(check: Callable[[], bool], what: str) -> None:
    if not wait(check):
        raise SystemExit(f"waited {_PATIENCE_S:.0f} s for {what}")


def wait(check: Callable[[], bool]) -> bool:
    """Check until it holds, also while a store is too busy; say whether it did in time."""
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        with suppress(StoreUnavailable):
            if check():
                return True
        time.sleep(_POLL_S)
    return False
