"""Threads for functions that may hang: one that does holds up no other, nor the process's end.

A pool of the standard library has neither: what hangs keeps its place, and the interpreter waits
for it at exit.
"""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Final, TypeVar

T = TypeVar("T")

_Job = Callable[[], Callable[[], None]]
"""Does the work, and returns what tells of it."""


class Threads:
    """As many threads as functions run at once, and those that hang."""

    def __init__(self) -> None:
        """Begin without any."""
        self._idle: Final[list[_Worker]] = []
        self._closed = False

    async def call(self, function: Callable[..., T], *arguments: object) -> T:
        """Call a function in a thread, in the context of the caller."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[tuple[Any, BaseException | None]] = loop.create_future()
        run = contextvars.copy_context().run

        def job() -> Callable[[], None]:
            outcome = _outcome(lambda: run(function, *arguments))
            return lambda: _tell(loop, done, outcome)

        worker = self._idle.pop() if self._idle else _Worker(self._returned)
        worker.jobs.put(job)
        result, error = await done
        if error is not None:
            raise error
        return result

    def close(self) -> None:
        """End the threads that are idle, and each other one when its function returns."""
        self._closed = True
        while self._idle:
            self._idle.pop().jobs.put(None)

    def _returned(self, worker: "_Worker") -> None:
        if self._closed:
            worker.jobs.put(None)
        else:
            self._idle.append(worker)


class _Worker:
    def __init__(self, returned: "Callable[[_Worker], None]") -> None:
        self.jobs: Final[SimpleQueue[_Job | None]] = SimpleQueue()
        self._returned: Final = returned
        threading.Thread(target=self._work, name="spansight-evaluation", daemon=True).start()

    def _work(self) -> None:
        while (job := self.jobs.get()) is not None:
            tell = job()
            # First of all it is idle: whoever is told may have the next job at once.
            self._returned(self)
            tell()


def _outcome(call: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    try:
        return call(), None
    except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
        return None, error


def _tell(loop: asyncio.AbstractEventLoop, done: "asyncio.Future[T]", outcome: T) -> None:
    def settle() -> None:
        if not done.done():
            done.set_result(outcome)

    # Who hung until the loop was closed has nobody left to tell.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(settle)
