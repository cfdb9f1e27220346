"""What is current after a block: what was before, however the block is used."""

import asyncio
import contextvars
import logging
import threading
from collections.abc import Iterator

import pytest
from opentelemetry import trace

import spansight
from support.recording import Recorded


def span(name: str) -> None:
    trace.get_tracer("test").start_span(name).end()


def feature(recorded: Recorded, name: str) -> str | None:
    return recorded.attributes(name).get("spansight.feature")


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Expect no record: OpenTelemetry logs a traceback for each block that it cannot leave."""
    with caplog.at_level(logging.DEBUG, logger="opentelemetry.context"):
        yield
    assert not caplog.records


def test_one_context_holds_for_blocks_inside_each_other(recorded: Recorded) -> None:
    shared = spansight.context(feature="shared")
    with shared:
        with shared:
            span("inner")
        span("outer")
    span("after")
    assert [feature(recorded, name) for name in ("inner", "outer", "after")] == [
        "shared",
        "shared",
        None,
    ]


def test_one_context_holds_for_tasks_at_once(recorded: Recorded) -> None:
    shared = spansight.context(feature="shared")

    async def task(name: str, turns: int) -> None:
        with shared:
            for _ in range(turns):
                await asyncio.sleep(0)
            span(name)
        span(f"after {name}")

    async def tasks() -> None:
        await asyncio.gather(task("first", 1), task("second", 2), task("third", 3))

    asyncio.run(tasks())
    for name in ("first", "second", "third"):
        assert feature(recorded, name) == "shared"
        assert feature(recorded, f"after {name}") is None


def test_one_context_holds_for_threads_at_once(recorded: Recorded) -> None:
    shared = spansight.context(feature="shared")
    both_are_inside = threading.Barrier(2)

    def work(name: str) -> None:
        with shared:
            both_are_inside.wait()
            span(name)
        span(f"after {name}")

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in ("one", "other"):
        assert feature(recorded, name) == "shared"
        assert feature(recorded, f"after {name}") is None


def test_blocks_are_entered_by_coroutines_too(recorded: Recorded) -> None:
    async def answer() -> None:
        async with spansight.context(feature="awaited"), spansight.rag.search() as step:
            await asyncio.sleep(0)
            step.results(3)
            span("inside")
        span("after")

    asyncio.run(answer())
    assert feature(recorded, "inside") == "awaited"
    assert recorded.attributes("vector_search")["spansight.rag.retrieval.results"] == 3
    assert feature(recorded, "after") is None


def test_a_block_may_end_elsewhere_than_it_began(recorded: Recorded) -> None:
    """In a generator that a web framework reads, each step in a context of its own."""
    shared = spansight.context(feature="stream")

    def chunks() -> Iterator[int]:
        with shared, spansight.stage("streaming"):
            span("first")
            yield 1
            yield 2

    for _ in range(3):
        stream = chunks()
        for _ in range(3):
            contextvars.copy_context().run(next, stream, None)
    span("after")
    assert [one.name for one in recorded.spans] == ["first", "streaming"] * 3 + ["after"]
    assert feature(recorded, "after") is None
    with shared:
        span("again")
    span("in the end")
    assert feature(recorded, "again") == "stream"
    assert feature(recorded, "in the end") is None
