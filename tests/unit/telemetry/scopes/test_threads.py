"""The context in work that is handed on."""

import asyncio
import inspect
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.pool import ThreadPool
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

    def threads(self, work: Callable[[], None]) -> None:
        with ThreadPool(1) as pool:
            pool.apply(work)

    def threads_mapped(self, work: Callable[[], None]) -> None:
        with ThreadPool(1) as pool:
            pool.map(run, [work])

    def threads_mapped_by_name(self, work: Callable[[], None]) -> None:
        with ThreadPool(1) as pool:
            pool.map_async(func=run, iterable=[work]).get()

    def threads_one_by_one(self, work: Callable[[], None]) -> None:
        with ThreadPool(1) as pool:
            assert list(pool.imap(run, [work])) == [None]

    def threads_in_any_order(self, work: Callable[[], None]) -> None:
        with ThreadPool(1) as pool:
            assert list(pool.imap_unordered(run, [work], 2)) == [None]

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
    "way", [name for name, way in vars(Ways).items() if inspect.isfunction(way) and name[0] != "_"]
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
def test_a_pool_that_is_shared_attributes_each_task_by_itself(recorded: Recorded) -> None:
    with spansight.context(feature="first"):
        pool = ThreadPool(1)
    with pool:
        with spansight.context(feature="second"):
            pool.map(span, ["second"])
        pool.map(span, ["nobody's"])
    assert feature(recorded, "second") == "second"
    assert feature(recorded, "nobody's") is None


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
    with ThreadPool(1) as threads_of_their_own:
        assert threads_of_their_own.starmap(pow, [(2, 5)]) == [32]
        with pytest.raises(ValueError, match="theirs") as raised:
            threads_of_their_own.apply(fail)
        assert raised.value is error
        untyped: Any = threads_of_their_own.imap
        with pytest.raises(TypeError, match="missing 2 required positional arguments"):
            untyped()


def test_threads_are_left_as_they_were() -> None:
    before = threading.Thread.start, ThreadPoolExecutor.submit, dict(vars(ThreadPool))
    for _ in range(2):
        threads.carry()
        threads.carry()
        threads.release()
    assert (threading.Thread.start, ThreadPoolExecutor.submit, dict(vars(ThreadPool))) == before
