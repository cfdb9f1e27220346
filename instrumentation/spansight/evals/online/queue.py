"""Answers wait here to be judged on a thread of its own; no call waits for that."""

import threading
import time
from _thread import start_new_thread
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from typing import Final

from spansight.conventions import labels
from spansight.evals.model import Evaluator
from spansight.evals.online.judging import judge
from spansight.evals.online.observed import is_of_share, observed
from spansight.settings import say
from spansight.telemetry.guard import Guard
from spansight.telemetry.records.answers import Finished, Listener, ledger

WAITING: Final = 1000
"""The most answers that wait; at ten evaluators, a tenth of a second's work."""

PATIENCE_S: Final = 0.7
"""How long a flush waits for them: a process that ends has two seconds for all it has to send."""

_PAUSE_S: Final = 0.002


class Online:
    """Hears finished calls, and judges them in the order in which they ended.

    Queue and thread are those of the moment of import, as those of `Lifecycle` are, and for its
    reasons.  The thread starts with the first call of a process, and prepares what needs it: a
    server that loads the application before it forks its workers forks no half-loaded model.
    """

    def __init__(
        self, evaluators: Mapping[str, Evaluator], *, share: float = 1.0, waiting: int = WAITING
    ) -> None:
        """Judge with these, a share of the traces, so many of which may wait."""
        self.listener: Final = Listener(self.hear, self.finish, self._renew)
        self._evaluators = dict(evaluators)
        self._share: Final = share
        self._most: Final = waiting
        self._renew()

    def hear(self, call: Finished) -> None:
        """Take a call, unless its trace is not among the share or too many wait."""
        if not self._is_chosen(call):
            return
        ledger.end()
        if self._calls.qsize() >= self._most:
            ledger.drop(labels.QUEUE_FULL)
            return
        self._calls.put(call)
        if not self._serves:
            self._serves = True
            start_new_thread(self._serve, ())

    def finish(self, within_s: float = PATIENCE_S) -> None:
        """Judge what waits as far as time allows; what is left then is counted as late.

        Who is not prepared after half of it is done without, and the answer counted as late too.
        """
        until = time.monotonic() + within_s
        while self._waits() and (left := until - time.monotonic()) > 0:
            self._hurries = left < within_s / 2
            time.sleep(_PAUSE_S)
        while self._next() is not None:
            ledger.drop(labels.LATE)
        self._hurries = False

    def _renew(self) -> None:
        """Begin with an empty queue and no thread."""
        self._calls: SimpleQueue[Finished] = SimpleQueue()
        self._serves = False
        self._unprepared = {name for name, one in self._evaluators.items() if _preparation(one)}
        self._hurries = False

    def _is_chosen(self, call: Finished) -> bool:
        context = call.span.context
        return context is not None and is_of_share(context.trace_id, self._share)

    def _serve(self) -> None:
        calls = self._calls
        with Guard("start of preparation"):
            start_new_thread(self._prepare, ())
        while True:
            call = calls.get()
            while self._unprepared and not self._hurries:
                time.sleep(_PAUSE_S)
            self._judge(call)

    def _judge(self, call: Finished) -> None:
        with Guard("evaluation of an answer"):
            about = observed(call)
            for name, evaluator in self._evaluators.items():
                if name not in self._unprepared:
                    judge(name, evaluator, about)
                # A request that waits for the interpreter gets it between two evaluators.
                time.sleep(0)
        if self._unprepared:
            ledger.drop(labels.LATE)
        else:
            ledger.deliver(1)

    def _prepare(self) -> None:
        for name in sorted(self._unprepared):
            self._prepare_one(name)

    def _prepare_one(self, name: str) -> None:
        with Guard(f"preparation of evaluator {name}") as guard:
            if prepare := _preparation(self._evaluators[name]):
                prepare()
        # Nothing large can be imported while a process ends: that is no fault of the evaluator.
        if guard.error is not None and threading.main_thread().is_alive():
            say(f"evaluator {name!r}: {guard.error!r}; not evaluated")
            self._evaluators = {k: v for k, v in self._evaluators.items() if k != name}
        if guard.error is None or threading.main_thread().is_alive():
            self._unprepared.discard(name)

    def _next(self) -> Finished | None:
        try:
            return self._calls.get_nowait()
        except Empty:
            return None

    def _waits(self) -> bool:
        return ledger.missing > sum(ledger.dropped.values())


def _preparation(evaluator: Evaluator) -> Callable[[], object] | None:
    """Return what an evaluator has to do once before it can judge: load a model, for one."""
    prepare: object = getattr(evaluator, "prepare", None)
    return prepare if callable(prepare) else None
