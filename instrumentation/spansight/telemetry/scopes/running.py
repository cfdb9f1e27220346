"""How a decorated function runs inside its scope, of whatever kind it is and wherever it goes on.

A generator runs inside the scope and hands what it yields to a consumer outside: what is current
for the one never is for the other.
"""

import inspect
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Mapping,
    Sequence,
)
from contextvars import Context as Variables
from contextvars import Token, copy_context
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any, Final, TypeVar, cast

from opentelemetry.context import Context, attach, detach, get_current

from spansight.telemetry.scopes.scope import Arguments, Enter, Function, Named, Nested, Scope

R = TypeVar("R")


class Running:
    """A scope around the steps of one call, from its start to its end."""

    def __init__(self, scope: Scope) -> None:
        """Remember where the call came from, which may be over when a generator starts."""
        self.scope: Final = scope
        # Its tokens are only valid where they were made, and each step may run elsewhere: a web
        # framework reads a generator from a pool of threads.
        self._variables: Final[Variables] = copy_context()
        self._inside = Context()
        self._tokens: list[Token[Context]] = []
        self.is_started = False

    def start(self) -> None:
        """Enter the scope, without making it current; once."""
        if not self.is_started:
            self.is_started = True
            self._inside = self._variables.run(self._entered)

    def end(self, error: BaseException | None) -> None:
        """Leave the scope."""
        trace = error and error.__traceback__
        self._variables.run(self.scope.__exit__, error and type(error), error, trace)

    def __enter__(self) -> None:
        self._tokens.append(attach(self._inside))

    def __exit__(self, *_: object) -> None:
        # What the function itself has made current waits for its next step.
        self._inside = get_current()
        detach(self._tokens.pop())

    def step(self, run: Callable[..., R], *args: object) -> R:
        """Run one step of the call inside."""
        with self:
            return run(*args)

    async def awaited(self, step: Awaitable[R]) -> R:
        """Await one step of the call inside."""
        with self:
            return await step

    def finish(self, result: R) -> R:
        """Return the result, or what stands for it."""
        if (stand_in := self.scope.followed(self, result)) is not None:
            return cast("R", stand_in)
        self.scope.returned(result)
        self.end(None)
        return result

    def _entered(self) -> Context:
        self.scope.__enter__()
        return get_current()


def wrapper(function: Function, enters: Sequence[Enter]) -> Callable[..., Any]:
    """Return what puts the calls of a function into scopes, the outermost first."""
    bare = getattr(function, "__func__", function)  # of a class method or a static one
    is_deferred = any(holds(bare) for holds in _DEFERRED)

    def wrapping(wrapped: Function, _instance: object, args: Arguments, kwargs: Named) -> object:
        scopes = [enter(wrapped, args, kwargs) for enter in enters]
        running = Running(scopes[0] if len(scopes) == 1 else Nested(scopes))
        if not is_deferred:
            return _called(running, wrapped, args, kwargs)
        made = wrapped(*args, **kwargs)
        return _going_on(running, made) if type(made) in _RUNS else made

    return wrapping


def _called(running: Running, function: Function, args: Arguments, kwargs: Named) -> object:
    running.start()
    try:
        with running:
            result = function(*args, **kwargs)
    except BaseException as error:
        running.end(error)
        raise
    # A lambda, a callable object or another decorator may return what a coroutine function would.
    return _going_on(running, result) if type(result) in _RUNS else running.finish(result)


def _going_on(running: Running, made: Any) -> object:  # noqa: ANN401 - a coroutine or a generator
    """Return what runs it inside the scope, and looks like it."""
    stand_in = _RUNS[type(made)](running, made)
    stand_in.__name__, stand_in.__qualname__ = made.__name__, made.__qualname__
    return stand_in


class _Unawaited:
    """Closes a coroutine that nobody has run, when that which would have run it is given up.

    A task that is cancelled before its first step leaves none behind; ours must not either, or
    Python warns of a coroutine that was never awaited.
    """

    __slots__ = ("coroutine",)

    def __init__(self, coroutine: Coroutine[Any, Any, object]) -> None:
        self.coroutine: Final = coroutine

    def __del__(self) -> None:
        self.coroutine.close()


def _awaited(called: Running, inner: Coroutine[Any, Any, object]) -> Coroutine[Any, Any, object]:
    return _await(called, _Unawaited(inner))


async def _await(called: Running, inner: _Unawaited) -> object:
    # Unlike a generator, a coroutine runs in its task, whose context is as good as its own.
    running = called if called.is_started else Running(called.scope)
    running.start()
    try:
        result = await running.awaited(inner.coroutine)
    except BaseException as error:
        running.end(error)
        raise
    return running.finish(result)


def _generated(running: Running, inner: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    step: Callable[[Any], Any] = inner.send
    value: Any = None
    running.start()
    try:
        while True:
            item = running.step(step, value)
            running.scope.yielded(item)
            try:
                step, value = inner.send, (yield item)
            except GeneratorExit:
                running.step(inner.close)
                raise
            except BaseException as error:  # noqa: BLE001 - the function's own to catch
                step, value = inner.throw, error
    except StopIteration as stop:
        return running.finish(stop.value)
    except BaseException as error:
        running.end(error)
        raise


async def _async_generated(
    running: Running, inner: AsyncGenerator[Any, Any]
) -> AsyncGenerator[Any, Any]:
    step: Callable[[Any], Awaitable[Any]] = inner.asend
    value: Any = None
    running.start()
    try:
        while True:
            item = await running.awaited(step(value))
            running.scope.yielded(item)
            try:
                step, value = inner.asend, (yield item)
            except GeneratorExit:
                await running.awaited(inner.aclose())
                raise
            except BaseException as error:  # noqa: BLE001 - the function's own to catch
                step, value = inner.athrow, error
    except StopAsyncIteration:
        running.finish(None)
    except BaseException as error:
        running.end(error)
        raise


_DEFERRED: Final = (
    inspect.iscoroutinefunction,
    inspect.isgeneratorfunction,
    inspect.isasyncgenfunction,
)
"""Functions whose call only makes what runs later."""

_RUNS: Final[Mapping[type, Callable[[Running, Any], Any]]] = {
    CoroutineType: _awaited,
    GeneratorType: _generated,
    AsyncGeneratorType: _async_generated,
}
"""What they make, and what runs it.  By type: to ask a lazy proxy for its class may wake it."""
