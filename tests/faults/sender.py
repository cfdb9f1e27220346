"""Sends numbered calls as an SDK would, and keeps the truth: what was acknowledged."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

import requests

from faults import calls
from faults.calls import Signal

RETRYABLE: Final = frozenset({429, 502, 503, 504})
"""What OTLP lets a sender repeat; an SDK drops on any other refusal."""

_PAUSE_S: Final = 0.1
ANSWER_WITHIN_S: Final = 5.0

Answer = int | Literal["nothing"]
"""An HTTP status, or that the connection gave none."""

Post = Callable[[Signal, bytes], Answer]


@dataclass(slots=True)
class Truth:
    """What one sender knows of its calls."""

    sent: int = 0
    acknowledged: set[int] = field(default_factory=set[int])
    rejected: set[int] = field(default_factory=set[int])
    refusals: int = 0
    """Requests that were answered with a wish to hear them again."""
    unanswered: int = 0


class Sender:
    """Calls of one signal at a steady rate; one that is refused is repeated until it is taken."""

    def __init__(self, signal: Signal, run: str, post: Post, *, calls_per_s: float) -> None:
        """Send nothing yet."""
        self.signal: Final[Signal] = signal
        self.truth: Final = Truth()
        self.calls_per_s = calls_per_s
        self.calls_per_request = 5
        self._run = run
        self._post = post
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self, within_s: float) -> None:
        """Make no new calls; wait until the last is acknowledged or rejected."""
        self._stopping.set()
        self._thread.join(within_s)
        assert not self._thread.is_alive(), f"{self.signal} still refused after {within_s:.0f} s"

    def _go(self) -> None:
        due = time.monotonic()
        while not self._stopping.wait(max(0.0, due - time.monotonic())):
            due = max(due, time.monotonic() - 1) + self.calls_per_request / self.calls_per_s
            first = self.truth.sent
            numbers = range(first, first + self.calls_per_request)
            self.truth.sent += len(numbers)
            self._deliver(numbers)

    def _deliver(self, numbers: range) -> None:
        body = calls.request(self.signal, self._run, numbers).SerializeToString()
        while True:
            answer = self._post(self.signal, body)
            if answer == 200:
                self.truth.acknowledged.update(numbers)
                return
            if answer == "nothing":
                self.truth.unanswered += 1
            elif answer in RETRYABLE:
                self.truth.refusals += 1
            else:
                self.truth.rejected.update(numbers)
                return
            time.sleep(_PAUSE_S)


def over_http(port: int) -> Post:
    """Return what posts to the HTTP receiver."""

    def post(signal: Signal, body: bytes) -> Answer:
        try:
            answer = requests.post(
                f"http://127.0.0.1:{port}/v1/{signal}",
                data=body,
                headers={"content-type": "application/x-protobuf"},
                timeout=ANSWER_WITHIN_S,
            )
        except requests.RequestException:
            return "nothing"
        return answer.status_code

    return post
