"""How each kind of trouble is made, and unmade.  Every function returns when it is over."""

import contextlib
import mmap
import random
import re
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faults import calls
from faults.backends import Behaviour
from faults.calls import SIGNALS, Signal
from faults.oracle import Form
from faults.rig import Rig

Inject = Callable[[Rig], None]

Damage = Callable[[Rig, Path], None]
"""What a disk does to a queue's file."""

_BLOCK: Final = 4096
_FILLS_S: Final = 4.0
_RECENT_CALLS: Final = 25
_NO_LENGTH: Final = b"\xff\xff"
"""In place of the length before a text: one that goes beyond the request."""
_MOMENT: Final = random.Random(4)  # noqa: S311 - when a process is killed is no secret


@dataclass(frozen=True, slots=True)
class Length:
    """Seconds, or times, in each form."""

    short: float
    long: float

    def of(self, form: Form) -> float:
        """Return those of this form."""
        return self.short if form == "short" else self.long


def killed(times: Length) -> Inject:
    """Kill the Collector at random moments, and start it again."""

    def inject(rig: Rig) -> None:
        for _ in range(int(times.of(rig.form))):
            time.sleep(_MOMENT.uniform(0.1, 1.5))
            rig.collector.kill()
            rig.strikes()
            rig.collector.start()

    return inject


def down(signals: Sequence[Signal], seconds: Length) -> Inject:
    """Close these stores, and open them again."""

    def inject(rig: Rig) -> None:
        for name in signals:
            rig.backends[name].close()
            rig.strikes()
        time.sleep(seconds.of(rig.form))
        for name in signals:
            rig.backends[name].reopen()

    return inject


def disk_full(seconds: Length) -> Inject:
    """Fill the queue's disk to its last byte while calls must wait, and make room again."""

    def inject(rig: Rig) -> None:
        ballast = rig.collector.queue / "ballast"
        rig.backends["traces"].close()
        _fill(ballast)
        rig.strikes()
        time.sleep(seconds.of(rig.form))
        ballast.unlink()
        rig.backends["traces"].reopen()

    return inject


def _fill(file: Path) -> None:
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as out:
        while True:
            out.write(bytes(_BLOCK))


def misbehaving(
    behaviour: Behaviour, seconds: Length, signals: Sequence[Signal] = SIGNALS
) -> Inject:
    """Let stores behave so for a while."""

    def inject(rig: Rig) -> None:
        for name in signals:
            rig.backends[name].misbehave(behaviour)
        time.sleep(seconds.of(rig.form))
        for name in signals:
            rig.backends[name].recover()

    return inject


def reloaded(times: Length) -> Inject:
    """Have the Collector read its files again, under load."""

    def inject(rig: Rig) -> None:
        for _ in range(int(times.of(rig.form))):
            time.sleep(1)
            rig.collector.tell(signal.SIGHUP)
            rig.strikes()

    return inject


def frozen(seconds: Length) -> Inject:
    """Stop the Collector's process, as a paused machine does, and let it go on."""

    def inject(rig: Rig) -> None:
        rig.collector.tell(signal.SIGSTOP)
        rig.strikes()
        time.sleep(seconds.of(rig.form))
        rig.collector.tell(signal.SIGCONT)

    return inject


def overloaded(factor: float, seconds: Length) -> Inject:
    """Send this many times as much."""

    def inject(rig: Rig) -> None:
        for sender in rig.senders.values():
            sender.calls_per_s *= factor
            sender.calls_per_request *= round(factor)
        rig.strikes()
        time.sleep(seconds.of(rig.form))
        for sender in rig.senders.values():
            sender.calls_per_s /= factor
            sender.calls_per_request //= round(factor)

    return inject


def damaged(damage: Damage) -> Inject:
    """Let calls wait, kill the Collector, and damage what it left.

    Where it does not start again, do what its log and the page ask for: move the file away.
    """

    def inject(rig: Rig) -> None:
        file = _waiting(rig)
        rig.collector.kill()
        damage(rig, file)
        rig.strikes()
        try:
            rig.collector.start()
        except RuntimeError:
            file.rename(file.with_suffix(".damaged"))
            rig.collector.start()
        rig.backends["traces"].reopen()

    return inject


def worn(damage: Damage) -> Inject:
    """Let calls wait, and damage them under a Collector that runs."""

    def inject(rig: Rig) -> None:
        file = _waiting(rig)
        damage(rig, file)
        rig.strikes()
        rig.backends["traces"].reopen()

    return inject


def _waiting(rig: Rig) -> Path:
    """Close Tempo and let calls pile up; return the file that they wait in."""
    rig.backends["traces"].close()
    time.sleep(_FILLS_S)
    (file,) = rig.collector.queue.glob("*_traces")
    return file


def one_item(rig: Rig, file: Path) -> None:
    """Make one request unreadable, wherever a copy of it stands.

    It is a recent one: what came just after Tempo went was read before, and is in memory.
    """
    said = calls.text(max(rig.senders["traces"].truth.acknowledged) - _RECENT_CALLS).encode()
    places = [match.start() for match in re.finditer(re.escape(said), file.read_bytes())]
    assert places
    with file.open("r+b", buffering=0) as out:
        for place in places:
            out.seek(place - len(_NO_LENGTH))
            out.write(_NO_LENGTH)


def header(_: Rig, file: Path) -> None:
    """Let a queue's file no longer say where anything is."""
    with file.open("r+b", buffering=0) as out:
        out.write(bytes(2 * mmap.PAGESIZE))
