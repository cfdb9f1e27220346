"""The context in work that is handed on."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from opentelemetry import trace

import spansight
from spansight.telemetry.scopes import threads
from support.recording import Recorded


def span(name: str) -> None:
    trace.get_tracer("test").start_span(name).end()


def feature(recorded: Recorded, name: str) -> str | None:
    return recorded.attributes(name).get("spansight.feature")


@pytest.fixture
def carried_into_threads() -> Iterator[None]:
    threads.carry()
    yield
    threads.release()


def run(work: Callable[[], None]) -> None:
    work()


@dataclass
class Ways:
    """Ways to have something done elsewhere."""

    done: list[str] = field(default_factory=list[str])

    def thread(self, work: Callable[[], None]) -> None:
        worker = threading.Thread(target=work)
        worker.start()
        worker.join()

    def subclass(self, work: Callable[[], None]) -> None:
        class Worker(threading.Thread):
            def run(self) -> None:
                work()

        worker = Worker()
        worker.start()
        worker.join()

    def timer(self, work: Callable[[], None]) -> None:
        worker = threading.Timer(0, work)
        worker.start()
        worker.join()

    def pool(self, work: Callable[[], None]) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(work).result()

    def mapped(self, work: Callable[[], None]) -> None:
        with ThreadPoolExecutor(1) as pool:
            for _ in pool.map(run, [work]):
                pass

    def task(self, work: Callable[[], None]) -> None:
        async def work_later() -> None:
            work()

        async def run() -> None:
            await asyncio.create_task(work_later())

        asyncio.run(run())

    def to_thread(self, work: Callable[[], None]) -> None:
        async def run() -> None:
            await asyncio.to_thread(work)

        asyncio.run(run())

    def in_executor(self, work: Callable[[], None]) -> None:
        async def run() -> None:
            await asyncio.get_running_loop().run_in_executor(None, work)

        asyncio.run(run())


@pytest.mark.usefixtures("carried_into_threads")
@pytest.mark.parametrize(
    "way",
    ["thread", "subclass", "timer", "pool", "mapped", "task", "to_thread", "in_executor"],
)
def test_it_goes_with_work_that_is_handed_on(recorded: Recorded, way: str) -> None:
    hand_on: Callable[[Callable[[], None]], None] = getattr(Ways(), way)
    with spansight.context(feature="handed on"):
        hand_on(lambda: span("elsewhere"))
    hand_on(lambda: span("later"))
    assert feature(recorded, "elsewhere") == "handed on"
    assert feature(recorded, "later") is None


@pytest.mark.usefixtures("carried_into_threads")
def test_a_worker_keeps_nothing_of_the_request_that_started_it(recorded: Recorded) -> None:
    with ThreadPoolExecutor(1) as pool:
        with spansight.context(feature="first"):
            pool.submit(span, "first").result()
        with spansight.context(team="second"):
            pool.submit(span, "second").result()
    assert feature(recorded, "first") == "first"
    assert recorded.attributes("second") == {"spansight.team": "second"}


@pytest.mark.usefixtures("carried_into_threads")
def test_what_a_pool_returns_and_raises_is_unchanged() -> None:
    error = ValueError("theirs")

    def fail() -> None:
        raise error

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(pow, 2, 5, mod=7).result() == 4
        assert pool.submit(fail).exception() is error
        submit: Any = pool.submit
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            submit()


def test_threads_are_left_as_they_were() -> None:
    before = threading.Thread.start, ThreadPoolExecutor.submit
    threads.carry()
    threads.carry()
    threads.release()
    assert (threading.Thread.start, ThreadPoolExecutor.submit) == before
