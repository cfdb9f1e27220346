"""What a Collector tells about itself during a fault: drops counted, calls counted, its peaks."""

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from collector.exposition import samples
from faults.calls import SIGNALS, Signal
from faults.collector import Collector
from spansight.conventions import foreign, metrics
from spansight.conventions.foreign import Foreign


@dataclass(frozen=True, slots=True)
class _Ledger:
    """The counters of one signal."""

    accepted: Foreign
    sent: Foreign
    dropped: Foreign
    """What the Collector took, and gave up: of its drops, those that it had acknowledged."""


_LEDGERS: Final[dict[Signal, _Ledger]] = {
    "traces": _Ledger(foreign.ACCEPTED_SPANS, foreign.SENT_SPANS, foreign.SEND_FAILED_SPANS),
    "logs": _Ledger(foreign.ACCEPTED_LOGS, foreign.SENT_LOGS, foreign.SEND_FAILED_LOGS),
}
_EVERY_S: Final = 0.25


class Observer:
    """Looks four times a second.

    Counters begin at 0 with every start of the process: increases are added up, as Prometheus does.
    """

    def __init__(self, collector: Collector) -> None:
        """Look at nothing yet."""
        self.peak_rss_bytes = 0
        self.peak_disk_bytes = 0
        self.waiting_bytes: int | None = None
        """What all queues held when it last answered."""
        self._collector = collector
        self._increases: Counter[str] = Counter()
        self._seen: defaultdict[str, float] = defaultdict(float)
        self._balances: Final = {signal: _Balance() for signal in SIGNALS}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)

    def start(self) -> None:
        """Look once, and begin to look again and again."""
        self._look()
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        self._thread.join()

    def dropped(self, signal: Signal) -> int:
        """Return how many calls the Collector says that it gave up."""
        return round(self._increases[_LEDGERS[signal].dropped.prometheus])

    def missing(self, signal: Signal) -> int:
        """Return how many calls it took, and neither sent nor gave up, though nothing waits."""
        return self._balances[signal].missing

    def counted(self) -> int:
        """Return how many calls the derived metrics count."""
        return round(self._increases[metrics.REQUEST.prometheus])

    def _go(self) -> None:
        while not self._stopping.wait(_EVERY_S):
            self._look()

    def _look(self) -> None:
        collector = self._collector
        self.peak_disk_bytes = max(self.peak_disk_bytes, collector.disk_bytes())
        self.peak_rss_bytes = max(self.peak_rss_bytes, _peak_rss_bytes(collector.pid))
        own = collector.scrape(collector.ports.collector_metrics)
        derived = collector.scrape(collector.ports.derived_metrics)
        if own is None or derived is None:
            self.waiting_bytes = None
            return
        sums = _sums(own)
        self.waiting_bytes = round(sums[foreign.QUEUE_SIZE.prometheus])
        for signal, ledger in _LEDGERS.items():
            accepted, sent, dropped = (
                round(sums[each.prometheus])
                for each in (ledger.accepted, ledger.sent, ledger.dropped)
            )
            self._add(ledger.dropped.prometheus, dropped)
            self._balances[signal].look(accepted, sent + dropped, waiting=self.waiting_bytes > 0)
        self._add(metrics.REQUEST.prometheus, _sums(derived)[metrics.REQUEST.prometheus])

    def _add(self, family: str, value: float) -> None:
        before = self._seen[family]
        self._increases[family] += round(value - before if value >= before else value)
        self._seen[family] = value


class _Balance:
    """The books of one process, which are right whenever nothing waits.

    They begin when nothing waits for the first time: what waited on disk before is in no counter.
    """

    def __init__(self) -> None:
        self.missing = 0
        self._accepted = 0
        self._at_first: int | None = None

    def look(self, accepted: int, settled: int, *, waiting: bool) -> None:
        if accepted < self._accepted:  # another process, or new files
            self._at_first = None
        self._accepted = accepted
        if waiting:
            return
        if self._at_first is None:
            self._at_first = accepted - settled
        self.missing = max(0, accepted - settled - self._at_first)


def _sums(text: str) -> defaultdict[str, float]:
    found: defaultdict[str, float] = defaultdict(float)
    for (name, _), value in samples(text).items():
        found[name] += value
    return found


def _peak_rss_bytes(pid: int | None) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii")
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) * 1024 if lines else 0
