"""When a batch leaves, and what is in it."""

import gc
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import pytest
from opentelemetry.instrumentation.utils import is_instrumentation_enabled as is_traced

from spansight.telemetry.records.batches import Batches, Bounds
from support.otlp_sink import until

HOUR = 3600.0


class Sent:
    """What was sent, batch by batch; waits for more of it."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.threads: set[int] = set()
        self._more = threading.Condition()

    def __call__(self, batch: Sequence[int]) -> None:
        with self._more:
            self.batches.append(list(batch))
            self.threads.add(threading.get_native_id())
            self._more.notify_all()

    def once(self, count: int) -> list[list[int]]:
        """Return the batches once there are as many."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.batches) >= count, timeout=10)
            return self.batches


def test_a_record_waits_for_others_until_its_time_is_over() -> None:
    sent = Sent()
    batches = Batches(Bounds(0.05, 10, 10), sent)
    batches.put(1)
    batches.put(2)
    assert sent.once(1) == [[1, 2]]
    batches.put(3)
    assert sent.once(2) == [[1, 2], [3]]


def test_what_comes_while_the_thread_wakes_does_not_wake_it_again() -> None:
    sent = Sent()
    batches = Batches(Bounds(HOUR, 100, 100), sent)
    pause()
    for number in range(80):
        batches.put(number)
    pause()
    assert not sent.batches


def test_a_whole_batch_does_not_wait() -> None:
    sent = Sent()
    batches = Batches(Bounds(HOUR, 10, 3), sent)
    for number in range(3):
        batches.put(number)
    assert sent.once(1) == [[0, 1, 2]]
    assert len(batches) == 0


def test_a_flush_sends_all_in_batches_from_the_caller() -> None:
    sent = Sent()
    batches = Batches(Bounds(HOUR, 10, 10), sent)
    for number in range(3):
        batches.put(number)
    batches.flush()
    assert sent.batches == [[0, 1, 2]]
    assert sent.threads == {threading.get_native_id()}
    batches.flush()
    assert sent.batches == [[0, 1, 2]]


def test_a_flush_does_not_wait_for_what_comes_meanwhile() -> None:
    """Others that put as fast as it sends would hold it up as long as they go on."""
    sent = Sent()

    def send(batch: Sequence[int]) -> None:
        sent(batch)
        if len(sent.batches) < 100:
            batches.put(len(sent.batches))

    batches = Batches(Bounds(HOUR, 10, 10), send)
    batches.put(0)
    batches.flush()
    assert sent.batches == [[0]]
    assert len(batches) == 1


def test_the_oldest_goes_for_one_too_many() -> None:
    sent = Sent()
    batches = Batches(Bounds(HOUR, 2, 10), sent)
    for number in range(3):
        batches.put(number)
    batches.flush()
    assert sent.batches == [[1, 2]]


def test_nothing_that_many_threads_put_is_lost_or_sent_twice() -> None:
    sent = Sent()
    batches = Batches(Bounds(0.001, 100_000, 7), sent)

    def put(first: int) -> None:
        for number in range(first, first + 1000):
            batches.put(number)

    threads = [threading.Thread(target=put, args=(first,)) for first in range(0, 8000, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    batches.flush()
    numbers = [number for batch in sent.batches for number in batch]
    assert sorted(numbers) == list(range(8000))
    assert max(map(len, sent.batches)) <= 7


def test_the_collector_of_garbage_may_put_while_the_same_thread_does() -> None:
    """A lock in `put` would wait here for itself: the end of an abandoned stream comes so."""
    sent = Sent()
    batches = Batches(Bounds(HOUR, 100_000, 100_000), sent)

    class Abandoned:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            batches.put(1)

    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for _ in range(100):
            Abandoned()
            batches.put(0)
    finally:
        gc.set_threshold(*before)
    gc.collect()
    batches.flush()
    numbers = [number for batch in sent.batches for number in batch]
    assert (numbers.count(0), numbers.count(1)) == (100, 100)


def test_an_interrupted_put_does_not_silence_the_next() -> None:
    """A notebook's cell is interrupted anywhere, and its kernel goes on."""
    sent = Sent()
    batches = Batches(Bounds(0.001, 10, 10), sent)
    until(lambda: interrupted(lambda: batches.put(0)))
    batches.put(1)
    until(lambda: any(1 in batch for batch in sent.batches))


def interrupted(act: Callable[[], None]) -> bool:
    """Do it, and press Ctrl-C as it wakes a thread; return whether it did."""

    def press(_frame: FrameType, event: str, called: object) -> None:
        if event == "c_call" and getattr(called, "__name__", "") == "put":
            raise KeyboardInterrupt

    before = sys.getprofile()
    sys.setprofile(press)
    try:
        act()
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(before)
    return False


def test_what_cannot_be_sent_ends_nothing() -> None:
    sent = Sent()

    def send(batch: Sequence[int]) -> None:
        sent(batch)
        if len(sent.batches) == 1:
            raise RuntimeError("no way out")

    batches = Batches(Bounds(0.001, 10, 10), send)
    batches.put(1)
    sent.once(1)
    batches.put(2)
    assert sent.once(2) == [[1], [2]]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux counts by thread")
def test_a_thread_that_has_nothing_to_send_does_not_wake() -> None:
    """What the SDK's does every second costs each idle process."""
    sent = Sent()
    batches = Batches(Bounds(0.001, 10, 10), sent)
    batches.put(1)
    sent.once(1)
    (thread,) = sent.threads
    before = sleeps(thread)
    pause()
    # One to fall asleep.  A thread that looks after each of its delays would be at 100.
    assert sleeps(thread) - before <= 1


def pause() -> None:
    """Let threads do what they do when nothing happens."""
    later = time.monotonic() + 0.1
    until(lambda: time.monotonic() > later)


def sleeps(thread: int) -> int:
    status = Path(f"/proc/self/task/{thread}/status").read_text("utf-8")
    return int(status.partition("\nvoluntary_ctxt_switches:")[2].split()[0])


def test_a_fork_begins_with_nothing() -> None:
    sent = Sent()
    batches = Batches(Bounds(HOUR, 10, 10), sent)
    batches.put(1)
    batches.restart()
    batches.put(2)
    batches.flush()
    assert sent.batches == [[2]]


def test_the_bounds_are_those_of_opentelemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Bounds.of("BSP") == Bounds(1.0, 2048, 512)
    monkeypatch.setenv("OTEL_BLRP_SCHEDULE_DELAY", "250")
    monkeypatch.setenv("OTEL_BLRP_MAX_QUEUE_SIZE", "20")
    monkeypatch.setenv("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "5")
    assert Bounds.of("BLRP") == Bounds(0.25, 20, 5)
    assert Bounds.of("BSP") == Bounds(1.0, 2048, 512)


def test_what_an_exporter_calls_makes_no_spans_of_its_own() -> None:
    """Its HTTP client may be instrumented too: each batch would be the cause of the next."""
    traced: list[bool] = []
    batches = Batches[int](Bounds(HOUR, 10, 10), lambda _: traced.append(is_traced()))
    batches.put(1)
    batches.flush()
    assert traced == [False]
    assert is_traced()
