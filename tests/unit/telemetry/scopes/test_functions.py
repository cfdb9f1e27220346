"""Functions inside scopes, in every shape that applications give them."""

import asyncio
import copy
import functools
import gc
import inspect
import pickle
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, ParamSpec, TypeVar

import pytest
from opentelemetry import trace

import spansight
from support.recording import Recorded

P = ParamSpec("P")
R = TypeVar("R")


def span(name: str) -> None:
    trace.get_tracer("test").start_span(name).end()


def retried(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate as many do: without a look at what the function is."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    return call


async def later(value: int) -> int:
    await asyncio.sleep(0)
    span("inside")
    return value


def each(value: int) -> Iterator[int]:
    yield value
    span("inside")


async def each_later(value: int) -> AsyncIterator[int]:
    yield value
    await asyncio.sleep(0)
    span("inside")


class Later:
    """An object that is called as a coroutine function is."""

    async def __call__(self, value: int) -> int:
        return await later(value)


async def read(stream: AsyncIterator[int]) -> list[int]:
    return [item async for item in stream]


AWAITED = {
    "partial": functools.partial(later, 7),
    "other decorator": lambda: retried(later)(7),
    "lambda": lambda: later(7),
    "object": functools.partial(Later(), 7),
}
ITERATED = {
    "partial": functools.partial(each, 7),
    "other decorator": lambda: retried(each)(7),
}
ITERATED_LATER = {
    "partial": functools.partial(each_later, 7),
    "other decorator": lambda: retried(each_later)(7),
}


def inside(recorded: Recorded) -> bool:
    """Whether the work was a child of the stage, while it lasted, and in its context."""
    work, step = recorded.spans
    assert (work.name, step.name) == ("inside", "step")
    assert (work.attributes or {})["spansight.feature"] == "here"
    return work.parent == step.context


def observed(function: Callable[P, R]) -> Callable[P, R]:
    return spansight.context(feature="here")(spansight.stage("step")(function))


@pytest.mark.parametrize("shape", AWAITED)
def test_whatever_returns_a_coroutine_runs_inside_to_its_end(
    recorded: Recorded, shape: str
) -> None:
    function: Callable[[], Coroutine[Any, Any, int]] = observed(AWAITED[shape])
    coroutine = function()
    assert inspect.iscoroutine(coroutine)
    assert coroutine.__name__ in ("later", "__call__")
    assert asyncio.run(coroutine) == 7
    assert inside(recorded)


@pytest.mark.parametrize("shape", ITERATED)
def test_whatever_returns_a_generator_runs_inside_to_its_end(
    recorded: Recorded, shape: str
) -> None:
    generator = observed(ITERATED[shape])()
    assert inspect.isgenerator(generator)
    assert list(generator) == [7]
    assert inside(recorded)


@pytest.mark.parametrize("shape", ITERATED_LATER)
def test_whatever_returns_an_async_generator_runs_inside_to_its_end(
    recorded: Recorded, shape: str
) -> None:
    stream = observed(ITERATED_LATER[shape])()
    assert inspect.isasyncgen(stream)
    assert asyncio.run(read(stream)) == [7]
    assert inside(recorded)


def test_a_call_that_another_decorator_hides_is_measured_to_its_end(recorded: Recorded) -> None:
    @spansight.trace_llm_call("local-1")
    @retried
    async def ask() -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"usage": {"input_tokens": 12, "output_tokens": 3}}

    asyncio.run(ask())
    assert recorded.attributes("chat local-1")["gen_ai.usage.output_tokens"] == 3


def test_what_only_says_that_it_is_a_coroutine_function_stays_as_it_is() -> None:
    class Ready:
        def __await__(self) -> Iterator[None]:
            return iter(())

    def make() -> Ready:
        return ready

    ready = Ready()
    # What `inspect.markcoroutinefunction` does, from Python 3.12 on.
    vars(make)["_is_coroutine_mark"] = getattr(inspect, "_is_coroutine_mark", None)
    assert observed(make)() is ready


@pytest.mark.parametrize("end", ["closed", "cancelled"])
def test_a_coroutine_that_never_begins_leaves_no_warning(recorded: Recorded, end: str) -> None:
    async def cancel() -> None:
        task = asyncio.create_task(observed(later)(7))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        if end == "closed":
            observed(later)(7).close()
        else:
            asyncio.run(cancel())
        gc.collect()
    assert not [one for one in warned if "never awaited" in str(one.message)]
    assert not recorded.spans


def test_a_coroutine_that_nobody_awaits_is_one_warning() -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        _ = observed(later)(7)
        del _
        gc.collect()
    assert [str(one.message) for one in warned] == ["coroutine 'later' was never awaited"]


class Shop:
    """An application's class."""

    def __init__(self, name: str) -> None:
        self.name = name

    @spansight.context(feature="shop")
    def hello(self) -> str:
        return f"hello {self.name}"

    @classmethod
    @spansight.context(feature="shop")
    def of_class(cls) -> str:
        return cls.__name__

    @spansight.context(feature="shop")
    @staticmethod
    def static() -> str:
        return "static"


@pytest.mark.parametrize("method", [Shop("a").hello, Shop.of_class, Shop.static], ids=str)
def test_a_method_can_be_sent_and_copied(method: Callable[[], str]) -> None:
    for same in (
        pickle.loads(pickle.dumps(method)),  # noqa: S301 - our own bytes
        copy.copy(method),
        copy.deepcopy(method),
    ):
        assert same() == method()


def test_a_copied_method_is_that_of_the_copied_object() -> None:
    shop = Shop("a")
    method: Any = copy.deepcopy(shop.hello)
    shop.name = "b"
    assert (shop.hello(), method()) == ("hello b", "hello a")


def test_a_function_of_a_class_can_be_sent() -> None:
    unbound = pickle.loads(pickle.dumps(Shop.hello))  # noqa: S301 - our own bytes
    assert unbound(Shop("a")) == "hello a"


def test_what_nobody_can_find_is_an_error_where_it_is_sent_from() -> None:
    class Local:
        @spansight.context(feature="shop")
        @staticmethod
        def static() -> None:
            pass

    with pytest.raises(ValueError, match="<locals>"):
        pickle.dumps(Local.static)
