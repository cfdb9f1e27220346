"""A Collector between two senders and two stores, in which faults happen."""

import time
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from faults.backends import Backend
from faults.calls import SIGNALS, Signal
from faults.collector import Collector
from faults.observer import Observer
from faults.oracle import Form, Outcome, Tally
from faults.rpc import over_grpc
from faults.sender import Post, Sender, over_http
from faults.settings import Settings
from spansight.stack.ports import Ports

# What only makes a short run wait; the long form runs with the shipped values.
_SHORT: Final = tuple(
    f"yaml:exporters::otlp_http/{store}::{setting}"
    for store in ("tempo", "loki")
    for setting in (
        "timeout: 2s",
        "retry_on_failure::initial_interval: 200ms",
        "retry_on_failure::max_interval: 1s",
    )
)
_CALM_S: Final[dict[Form, float]] = {"short": 1.0, "long": 5.0}
"""Traffic before the fault and after it."""

_DRAINS_WITHIN_S: Final[dict[Form, float]] = {"short": 90.0, "long": 180.0}
_NOTHING_MORE_S: Final = 3.0
_POLL_S: Final = 0.05


class Rig:
    """Everything that a fault can get at."""

    def __init__(self, folder: Path, form: Form, settings: Settings) -> None:
        """Prepare; start nothing but the stores."""
        self.form: Final[Form] = form
        self.run: Final = f"faults-{uuid.uuid4().hex[:8]}"
        self.backends: Final[dict[Signal, Backend]] = {name: Backend(name) for name in SIGNALS}
        self.collector: Final = Collector(
            folder,
            {
                "TEMPO_OTLP_ENDPOINT": self.backends["traces"].url,
                "LOKI_OTLP_ENDPOINT": self.backends["logs"].url,
                **settings.variables,
            },
            overlays=_SHORT if form == "short" else (),
        )
        post = _post(self.collector.ports, settings)
        self.senders: Final[dict[Signal, Sender]] = {
            name: Sender(name, self.run, post, calls_per_s=settings.calls_per_s) for name in SIGNALS
        }
        self.observer: Final = Observer(self.collector)
        self.struck = 0

    def strikes(self) -> None:
        """Note that the fault happened once more."""
        self.struck += 1

    @property
    def felt(self) -> int:
        """How often a fault struck."""
        return self.struck + sum(backend.misbehaved for backend in self.backends.values())

    def outcome(self, name: str, inject: Callable[["Rig"], None]) -> Outcome:
        """Let traffic flow, let the fault happen, let everything drain; return what is left."""
        self.observer.start()
        for sender in self.senders.values():
            sender.start()
        time.sleep(_CALM_S[self.form])
        began = time.monotonic()
        inject(self)
        ended = time.monotonic()
        time.sleep(_CALM_S[self.form])
        for sender in self.senders.values():
            sender.stop(_DRAINS_WITHIN_S[self.form])
        drained = self._drained()
        time.sleep(1)  # the last look of the observer, and a duplicate that is still on its way
        self.observer.stop()
        return Outcome(
            fault=name,
            form=self.form,
            seconds=round(ended - began, 1),
            felt=self.felt,
            traces=self._tally("traces"),
            logs=self._tally("logs"),
            counted=self.observer.counted(),
            drain_s=round(drained - ended, 1),
            peak_rss_mib=round(self.observer.peak_rss_bytes / 2**20, 1),
            peak_disk_mib=round(self.observer.peak_disk_bytes / 2**20, 1),
            log=self.collector.said(),
        )

    def _drained(self) -> float:
        """Return when nothing was missing any more, or nothing more could come."""
        limit = time.monotonic() + _DRAINS_WITHIN_S[self.form]
        last, changed = -1, time.monotonic()
        while True:
            now = time.monotonic()
            missing = sum(map(self._missing, SIGNALS))
            if missing != last:
                last, changed = missing, now
            empty = self.observer.waiting_bytes == 0 and now - changed > _NOTHING_MORE_S
            if not missing or empty or now > limit:
                return changed
            time.sleep(_POLL_S)

    def _missing(self, signal: Signal) -> int:
        return len(self.senders[signal].truth.acknowledged - self.backends[signal].found.keys())

    def _tally(self, signal: Signal) -> Tally:
        return Tally.of(
            self.senders[signal].truth,
            self.backends[signal].found,
            altered=len(self.backends[signal].altered),
            dropped=self.observer.dropped(signal),
            missing=self.observer.missing(signal),
        )


def _post(ports: Ports, settings: Settings) -> Post:
    return over_grpc(ports.otlp_grpc) if settings.protocol == "grpc" else over_http(ports.otlp_http)


@contextmanager
def rig(folder: Path, form: Form, settings: Settings) -> Generator[Rig]:
    """Run a rig; whatever the fault left is ended with the block."""
    prepared = Rig(folder, form, settings)
    prepared.collector.start()
    try:
        yield prepared
    finally:
        for backend in prepared.backends.values():
            backend.recover()
        prepared.collector.kill()
        for backend in prepared.backends.values():
            backend.close()
