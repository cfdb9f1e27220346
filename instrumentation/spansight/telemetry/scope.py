"""A block that also decorates functions, plain and async."""

import copy
import functools
import inspect
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import ParamSpec, Self, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


class Scope(ABC):
    """What `context` and `stage` share: each use as a decorator enters a copy of its own."""

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Run every call of the function inside this scope."""
        if inspect.iscoroutinefunction(function):
            call = cast("Callable[P, Awaitable[object]]", function)

            @functools.wraps(function)
            async def awaited(*args: P.args, **kwargs: P.kwargs) -> object:
                with copy.copy(self):
                    return await call(*args, **kwargs)

            return cast("Callable[P, R]", awaited)

        @functools.wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> R:
            with copy.copy(self):
                return function(*args, **kwargs)

        return called
