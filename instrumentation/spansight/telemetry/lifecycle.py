"""The end of a process: what waits is sent, at every kind of exit, and never for long."""

import atexit
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Final

from spansight.telemetry.guard import Guard

PATIENCE_S: Final = 2.0
"""The longest that an exit waits for a Collector that does not answer."""


@dataclass(frozen=True, slots=True)
class Duties:
    """What is done when."""

    flush: Callable[[], object]
    """Send what waits; may take as long as it takes."""
    leave: Callable[[], object]
    """Before the last flush: the process ends."""
    report: Callable[[], object]
    """After it."""
    after_fork: Callable[[], object]
    """In a forked child."""


class Lifecycle:
    """Flushes on request, within a bound, from a thread of its own.

    The SDK's flush ignores its timeout (opentelemetry-python#4568), and from Python 3.12 on no
    thread can be started at exit: so it is there from the start, and again after a fork.
    """

    def __init__(self, duties: Duties) -> None:
        """Start the thread."""
        self._duties: Final = duties
        self._before_us: signal.Handlers | Callable[[int, FrameType | None], object] | int = (
            signal.SIG_DFL
        )
        self._start()

    def watch(self) -> None:
        """Flush at exit, at SIGTERM, and at the end of a forked worker."""
        atexit.register(self.leave)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._in_child)
        if threading.current_thread() is threading.main_thread():
            self._watch_sigterm()

    def flush(self, patience_s: float = PATIENCE_S) -> bool:
        """Send what waits; False when it took too long."""
        done = threading.Event()
        self._waiting.append(done)
        self._asked.set()
        return done.wait(patience_s)

    def leave(self) -> None:
        """Do what is due at the end of the process."""
        with Guard("exit"):
            self._duties.leave()
            self.flush()
            self._duties.report()

    def _start(self) -> None:
        self._waiting: list[threading.Event] = []
        self._asked = threading.Event()
        threading.Thread(target=self._serve, name="spansight", daemon=True).start()

    def _serve(self) -> None:
        asked, waiting = self._asked, self._waiting
        while True:
            asked.wait()
            asked.clear()
            served, waiting[:] = list(waiting), []
            with Guard("flush"):
                self._duties.flush()
            for done in served:
                done.set()

    def _in_child(self) -> None:
        with Guard("fork"):
            self._start()
            self._duties.after_fork()
            # multiprocessing leaves a forked child by os._exit, which skips atexit.
            if forking := sys.modules.get("multiprocessing.util"):
                forking.register_after_fork(self, _leave_with_the_worker)

    def _watch_sigterm(self) -> None:
        before_us = signal.getsignal(signal.SIGTERM)
        # None is a handler that was not installed from Python, and could not be restored.
        if before_us is None or before_us is signal.SIG_IGN:
            return
        self._before_us = before_us
        signal.signal(signal.SIGTERM, self._on_sigterm)

    def _on_sigterm(self, number: int, frame: FrameType | None) -> None:
        if callable(self._before_us):
            self.flush()
            self._before_us(number, frame)
            return
        self.leave()
        # As if nobody had caught it: the parent sees a process that died of this signal.
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def _leave_with_the_worker(lifecycle: Lifecycle) -> None:
    forking = sys.modules["multiprocessing.util"]
    forking.Finalize(None, lifecycle.leave, exitpriority=0)
