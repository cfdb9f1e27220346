"""The end of a process: what waits is sent, at every kind of exit, and never for long."""

import atexit
import os
import signal
import sys
import threading
from _thread import start_new_thread
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Final

from spansight.telemetry.guard import Guard

PATIENCE_S: Final = 1.7
"""The longest that an exit waits for a Collector that does not answer.

With what else it takes to leave a larger process, two seconds."""


@dataclass(frozen=True, slots=True)
class Duties:
    """What a process does when it is flushed, ends, or is forked."""

    flush: Callable[[], object]
    """Send what waits; it may take any time, for nobody waits longer than `PATIENCE_S`."""
    leave: Callable[[], object]
    """Called before the last flush: end what is open."""
    report: Callable[[], object]
    """Called after the last flush: say what was lost."""
    after_fork: Callable[[], object]
    """Called in a forked child."""


@dataclass(frozen=True, slots=True)
class _Request:
    leaving: bool = False
    done: SimpleQueue[bool] = field(default_factory=SimpleQueue[bool])


class Lifecycle:
    """Flushes on request, within a bound, from a thread of its own.

    The SDK's flush ignores its timeout (opentelemetry-python#4568), and from Python 3.12 on no
    thread can be started at exit: so it is there from the start, and again after a fork.  A signal
    may interrupt a thread that holds any lock of the SDK, so its handler takes none of them itself.

    Thread and queues are those of the moment of import: where an application makes threading
    cooperative later, as gevent does, they stay real ones together, and wait for no event loop.
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
            with Guard("signal handler"):
                self._watch_sigterm()

    def flush(self, patience_s: float = PATIENCE_S) -> bool:
        """Send what waits; False when it took too long."""
        return self._ask(_Request(), patience_s)

    def leave(self) -> None:
        """Do what is due at the end of the process."""
        with Guard("exit"):
            self._ask(_Request(leaving=True), PATIENCE_S)
            self._duties.report()

    def _start(self) -> None:
        # Unlike an event or a list, it may be filled from a signal handler.
        self._requests: SimpleQueue[_Request] = SimpleQueue()
        start_new_thread(self._serve, ())

    def _ask(self, request: _Request, patience_s: float) -> bool:
        self._requests.put(request)
        try:
            return request.done.get(timeout=patience_s)
        except Empty:
            return False

    def _serve(self) -> None:
        requests = self._requests
        while True:
            request = requests.get()
            with Guard("flush"):
                if request.leaving:
                    self._duties.leave()
                self._duties.flush()
            request.done.put(item=True)

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
