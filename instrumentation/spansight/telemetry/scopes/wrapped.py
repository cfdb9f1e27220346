"""Functions inside scopes, which look and behave like the functions themselves."""

import copy
from collections.abc import Callable
from pkgutil import resolve_name
from types import MethodType
from typing import ParamSpec, Self, TypeVar, cast

import wrapt

from spansight.telemetry.scopes.running import wrapper
from spansight.telemetry.scopes.scope import Enter

P = ParamSpec("P")
R = TypeVar("R")


class Bound(wrapt.BoundFunctionWrapper[P, R]):
    """A method of an object or a class; it can be sent and copied as any method can."""

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        if isinstance(method := self.__wrapped__, MethodType):
            return getattr, (method.__self__, method.__name__)
        where = f"{self.__module__}:{self.__qualname__}"
        resolve_name(where)  # one that cannot be found is an error here, and not where it is sent
        return resolve_name, (where,)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> object:
        if isinstance(method := self.__wrapped__, MethodType):
            return getattr(copy.deepcopy(method.__self__, memo), method.__name__)
        return self


class Around(wrapt.FunctionWrapper[P, R]):
    """A function inside scopes; it can be sent to another process as any function can."""

    __bound_function_wrapper__ = Bound

    def __init__(self, function: Callable[P, R], *enters: Enter) -> None:
        """Put every call into the scopes that these make for it, the outermost first."""
        self._self_enters = enters
        super().__init__(function, wrapper(function, enters))

    def within(self, enter: Enter) -> "Around[P, R]":
        """Return the same with a scope around the others.

        Not one wrapper around another: a generator would be made outside of the outer scope.
        """
        return Around(self.__wrapped__, enter, *self._self_enters)

    def __reduce_ex__(self, protocol: object) -> str:
        return self.__wrapped__.__qualname__

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


def put_around(function: Callable[P, R], enter: Enter) -> Callable[P, R]:
    """Return the function inside one more scope."""
    if isinstance(function, Around):
        return cast("Callable[P, R]", cast("Around[P, R]", function).within(enter))
    return cast("Callable[P, R]", Around(function, enter))
