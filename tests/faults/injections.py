"""How each kind of trouble is made, and unmade.  Every function returns when it is over."""

import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from faults.backends import Behaviour
from faults.calls import SIGNALS, Signal
from faults.oracle import Form
from faults.rig import Rig

Inject = Callable[[Rig], None]

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
