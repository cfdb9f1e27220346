"""A block that also decorates functions of every kind, which stay what they are."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Self, TypeVar

if TYPE_CHECKING:
    from spansight.telemetry.scopes.running import Running

P = ParamSpec("P")
R = TypeVar("R")

Function = Callable[..., Any]
Arguments = tuple[Any, ...]
Named = dict[str, Any]
Enter = Callable[[Function, Arguments, Named], "Scope"]
"""Makes the scope of one call from the function and what it was called with."""


class Block(ABC):
    """What is entered by `with`, or by `async with` all the same."""

    __slots__ = ()

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, trace)


class Scope(Block):
    """What `context`, `stage` and the like share: each call of a function enters a copy."""

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Run every call of the function inside this scope."""

        def enter(*_: object) -> Self:
            return copy.copy(self)

        return around(function, enter)

    def yielded(self, item: object) -> None:
        """Look at what the function yielded."""

    def returned(self, result: object) -> None:
        """Look at what the function returned."""

    def followed(self, running: "Running", result: object) -> object | None:  # noqa: ARG002 - for those that do
        """Return what stands for a result that keeps the scope open, such as a stream."""
        return None


class Nested(Scope):
    """Several scopes as one."""

    def __init__(self, scopes: Sequence[Scope]) -> None:
        self._scopes: Final = scopes

    def __enter__(self) -> Self:
        for scope in self._scopes:
            scope.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for scope in reversed(self._scopes):
            scope.__exit__(kind, error, trace)

    def yielded(self, item: object) -> None:
        for scope in self._scopes:
            scope.yielded(item)

    def returned(self, result: object) -> None:
        for scope in self._scopes:
            scope.returned(result)

    def followed(self, running: "Running", result: object) -> object | None:
        found = (scope.followed(running, result) for scope in self._scopes)
        return next((stand_in for stand_in in found if stand_in is not None), None)


def around(function: Callable[P, R], enter: Enter) -> Callable[P, R]:
    """Return the function with every call inside the scope that `enter` makes for it."""
    from spansight.telemetry.scopes.wrapped import put_around  # noqa: PLC0415 - wrapt, for decorators only

    return put_around(function, enter)
