"""Whose call it is."""

import asyncio
import contextvars
import copy
import inspect
import pickle
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from opentelemetry import trace

import spansight
from support.recording import Recorded


def span(name: str) -> None:
    trace.get_tracer("test").start_span(name).end()


def feature(recorded: Recorded, name: str) -> str | None:
    return recorded.attributes(name).get("spansight.feature")


def test_everything_reaches_every_span_of_the_block_and_nothing_a_later_one(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spansight.telemetry.identity.key", lambda: b"key")
    with spansight.context(
        feature="search",
        pipeline="docs",
        conversation="c-7",
        user=42,
        prompt=("answer", 3),
        experiment="shorter",
        variant="b",
    ):
        span("inside")
    span("outside")
    assert recorded.attributes("inside") == {
        "spansight.team": "core",
        "spansight.feature": "search",
        "spansight.pipeline": "docs",
        "spansight.experiment": "shorter",
        "spansight.variant": "b",
        "gen_ai.conversation.id": "c-7",
        "gen_ai.prompt.name": "answer",
        "gen_ai.prompt.version": "3",
        # printf 42 | openssl dgst -sha256 -hmac key
        "user.hash": "f2991b7ce981d0b5adc5e6a0f31acaebh",
    }
    assert recorded.attributes("outside") == {"spansight.team": "core"}


def test_the_inner_block_wins_and_the_outer_returns(recorded: Recorded) -> None:
    with spansight.context(feature="outer", team="a"):
        with spansight.context(feature="inner"):
            span("inner")
        span("outer")
    assert recorded.attributes("inner") == {"spansight.team": "a", "spansight.feature": "inner"}
    assert recorded.attributes("outer") == {"spansight.team": "a", "spansight.feature": "outer"}


def test_what_the_author_of_a_span_wrote_is_kept(recorded: Recorded) -> None:
    with spansight.context(team="a"):
        trace.get_tracer("test").start_span("own", attributes={"spansight.team": "b"}).end()
    assert recorded.attributes("own") == {"spansight.team": "b"}


def test_scores_and_other_events_carry_it_too(recorded: Recorded) -> None:
    with spansight.context(feature="search", conversation="c-7"):
        spansight.evals.record("tone", 1, evaluator="human")
    (event,) = recorded.events
    assert event.attributes["spansight.feature"] == "search"
    assert event.attributes["gen_ai.conversation.id"] == "c-7"


def test_an_error_passes_and_the_block_ends(recorded: Recorded) -> None:
    with pytest.raises(KeyError, match="theirs"), spansight.context(feature="x"):
        raise KeyError("theirs")
    span("after")
    assert feature(recorded, "after") is None


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("t" * 1000, "t" * 128),
        ("a\nb\tc\x00\x1b[31m", "a b c[31m"),
        ("half \ud83d", "half "),
        ("검색 🔎", "검색 🔎"),
        ("", "core"),
        (7, "7"),
        (True, "core"),
        (["a"], "core"),
    ],
)
def test_a_value_is_one_short_printable_line(recorded: Recorded, value: object, kept: str) -> None:
    untyped: Any = value
    with spansight.context(team=untyped):
        span("inside")
    assert recorded.attributes("inside")["spansight.team"] == kept


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({"team": ["a"]}, "context(team=…): expected a text, not a list; left out"),
        ({"prompt": "answer"}, "context(prompt=…): expected its name and its version; left out"),
        ({"prompt": "ab"}, "context(prompt=…): expected its name and its version; left out"),
        ({"user": 1.5}, "context(user=…): expected a text, not a float; left out"),
        ({"feature": "x" * 129}, "context(feature=…): expected at most 128 characters; cut"),
    ],
)
def test_a_wrong_value_is_one_line_without_the_value(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    said: dict[str, Any],
    line: str,
) -> None:
    monkeypatch.setattr("spansight.settings._said", set[str]())
    for _ in range(2):
        with spansight.context(**said):
            pass
    assert capsys.readouterr().err == f"spansight: {line}\n"


def test_a_prompt_that_is_no_pair_does_no_harm_to_the_rest(recorded: Recorded) -> None:
    wrong: Any = "answer"
    with spansight.context(prompt=wrong, feature="search"):
        span("inside")
    assert "gen_ai.prompt.name" not in recorded.attributes("inside")
    assert feature(recorded, "inside") == "search"


@spansight.context(feature="plain")
def plain(value: int) -> int:
    """Say it."""
    span("plain")
    return value


@spansight.context(feature="awaited")
async def awaited(value: int) -> int:
    await asyncio.sleep(0)
    span("awaited")
    return value


@spansight.context(feature="generated")
def generated(value: int) -> Generator[int, str, str]:
    span("first step")
    try:
        sent = yield value
    except LookupError:
        span("thrown into")
        sent = yield -1
    finally:
        span("last step")
    return f"got {sent}"


@spansight.context(feature="streamed")
async def streamed(value: int) -> AsyncGenerator[int, str]:
    span("first step")
    try:
        yield value
        await asyncio.sleep(0)
        span("middle")
        yield value + 1
    finally:
        span("last step")


@pytest.mark.parametrize("function", [plain, awaited, generated, streamed])
def test_a_function_stays_what_it_is(function: Callable[..., object]) -> None:
    bare: Any = inspect.unwrap(function)
    for predicate in (
        inspect.isfunction,
        inspect.iscoroutinefunction,
        inspect.isgeneratorfunction,
        inspect.isasyncgenfunction,
    ):
        assert predicate(function) == predicate(bare)
    assert (function.__name__, function.__doc__) == (bare.__name__, bare.__doc__)
    assert inspect.signature(function) == inspect.signature(bare)
    assert pickle.loads(pickle.dumps(function)) is function  # noqa: S301 - our own bytes
    assert copy.deepcopy(function) is function


def test_what_a_function_makes_stays_what_it_is() -> None:
    generator, coroutine, stream = generated(1), awaited(1), streamed(1)
    assert inspect.isgenerator(generator)
    assert inspect.iscoroutine(coroutine)
    assert inspect.isasyncgen(stream)
    made: tuple[Any, ...] = (generator, coroutine, stream)
    assert [one.__name__ for one in made] == ["generated", "awaited", "streamed"]
    assert asyncio.run(coroutine) == 1


def test_wrong_arguments_are_an_error_of_the_call() -> None:
    for function in (generated, streamed):
        untyped: Any = function
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            untyped()


def test_plain_and_awaited_functions_run_in_it(recorded: Recorded) -> None:
    assert plain(3) == 3
    assert asyncio.run(awaited(4)) == 4
    assert feature(recorded, "plain") == "plain"
    assert feature(recorded, "awaited") == "awaited"


def test_methods_of_every_kind_run_in_it(recorded: Recorded) -> None:
    class Shop:
        @spansight.context(feature="method")
        def method(self) -> "Shop":
            span("method")
            return self

        @classmethod
        @spansight.context(feature="class")
        def of_class(cls) -> "type[Shop]":
            span("class")
            return cls

        @spansight.context(feature="static")
        @staticmethod
        async def static() -> None:
            await asyncio.sleep(0)
            span("static")

    shop = Shop()
    assert shop.method() is shop
    assert shop.of_class() is Shop
    asyncio.run(shop.static())
    assert [feature(recorded, name) for name in ("method", "class", "static")] == [
        "method",
        "class",
        "static",
    ]


def test_a_generator_runs_in_it_and_its_consumer_does_not(recorded: Recorded) -> None:
    steps = generated(1)
    assert next(steps) == 1
    span("consumer")
    with pytest.raises(StopIteration) as stopped:
        steps.send("x")
    assert stopped.value.value == "got x"
    assert feature(recorded, "first step") == "generated"
    assert feature(recorded, "last step") == "generated"
    assert feature(recorded, "consumer") is None


def test_what_is_thrown_into_a_generator_arrives_inside(recorded: Recorded) -> None:
    steps = generated(1)
    next(steps)
    assert steps.throw(LookupError("theirs")) == -1
    assert feature(recorded, "thrown into") == "generated"
    steps.close()
    assert feature(recorded, "last step") == "generated"


def test_a_generator_keeps_the_context_of_its_call(recorded: Recorded) -> None:
    """A web framework reads it when the block is over, each step in another thread."""
    with spansight.context(team="caller"):
        steps = generated(1)
    with ThreadPoolExecutor(1) as pool:
        for step in (lambda: next(steps), steps.close):
            pool.submit(contextvars.copy_context().run, step).result()
    for name in ("first step", "last step"):
        assert recorded.attributes(name)["spansight.team"] == "caller"
        assert feature(recorded, name) == "generated"


def test_what_a_generator_makes_current_stays_inside(recorded: Recorded) -> None:
    @spansight.context(feature="inside")
    def steps() -> Iterator[int]:
        with trace.get_tracer("test").start_as_current_span("held"):
            yield 1
            span("child")
            yield 2

    iterator = steps()
    next(iterator)
    span("consumer")
    assert list(iterator) == [2]
    by_name = {one.name: one for one in recorded.spans}
    assert by_name["consumer"].parent is None
    assert by_name["child"].parent is not None
    assert by_name["child"].parent == by_name["held"].context


def test_decorators_nest_as_they_are_written(recorded: Recorded) -> None:
    @spansight.context(feature="outer", team="outer")
    @spansight.context(feature="inner")
    @spansight.stage("stage")
    def steps() -> Iterator[int]:
        span("step")
        yield 1

    assert list(steps()) == [1]
    for name in ("stage", "step"):
        assert recorded.attributes(name)["spansight.team"] == "outer"
        assert feature(recorded, name) == "inner"


def test_an_async_generator_runs_in_it_and_its_consumer_does_not(recorded: Recorded) -> None:
    async def consume() -> list[int]:
        found: list[int] = []
        async for item in streamed(1):
            span(f"consumer {item}")
            found.append(item)
        return found

    assert asyncio.run(consume()) == [1, 2]
    for name in ("first step", "middle", "last step"):
        assert feature(recorded, name) == "streamed"
    assert [feature(recorded, f"consumer {n}") for n in (1, 2)] == [None, None]


def test_an_async_generator_that_is_left_ends_inside(recorded: Recorded) -> None:
    async def leave() -> None:
        stream = streamed(1)
        assert await anext(stream) == 1
        await stream.aclose()
        span("consumer")

    asyncio.run(leave())
    assert feature(recorded, "last step") == "streamed"
    assert feature(recorded, "consumer") is None


def test_concurrent_coroutines_do_not_mix(recorded: Recorded) -> None:
    async def request(name: str) -> None:
        @spansight.context(feature=name)
        async def handle() -> None:
            await asyncio.sleep(0)
            span(name)

        await handle()

    async def both() -> None:
        requests: list[Awaitable[None]] = [request("one"), request("two")]
        await asyncio.gather(*requests)

    asyncio.run(both())
    for name in ("one", "two"):
        assert feature(recorded, name) == name
