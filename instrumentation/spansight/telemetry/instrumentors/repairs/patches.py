# ruff: noqa: ANN401 - whatever is wrapped
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false
"""Wrapped functions that know how to become themselves again."""

from collections.abc import Callable
from functools import partial, reduce, wraps
from importlib import import_module
from typing import Any, Final

import wrapt

from spansight.telemetry.guard import Guard

Wrapper = Callable[[Callable[..., Any], Any, tuple[Any, ...], dict[str, Any]], Any]
"""Called with the wrapped function, its instance and its arguments, as wrapt does."""

_INHERITED: Final = object()


class Patches:
    """What has been changed; each change stands alone, and one that fails leaves the rest."""

    def __init__(self) -> None:
        """Change nothing yet."""
        self._undo: Final[list[Callable[[], None]]] = []
        self._active = True

    def wrap(self, module: str, name: str, wrapper: Wrapper) -> None:
        """Wrap `Class.method` or a function of a module."""

        def call(
            wrapped: Callable[..., Any],
            instance: object,
            args: tuple[Any, ...],
            kwargs: dict[str, Any],
        ) -> object:
            # A client keeps the methods it has handed out, wrapped as they were.
            if not self._active:
                return wrapped(*args, **kwargs)
            return wrapper(wrapped, instance, args, kwargs)

        with Guard(f"repair of {name}"):
            parent, attribute = self._remember(module, name)
            if isinstance(parent, type) and issubclass(parent, wrapt.ObjectProxy):
                setattr(parent, attribute, _method(getattr(parent, attribute), call))
            else:
                wrapt.wrap_function_wrapper(module, name, call)

    def replace(self, module: str, name: str, value: object) -> None:
        """Put something else in the place of an attribute."""
        with Guard(f"repair of {name}"):
            setattr(*self._remember(module, name), value)

    def restore(self, module: str, name: str, value: object) -> None:
        """Put something in the place of an attribute when all is undone."""
        with Guard(f"repair of {name}"):
            parent, attribute = _place(module, name)
            self._undo.append(partial(setattr, parent, attribute, value))

    def undo(self) -> None:
        """Leave everything as it was."""
        self._active = False
        while self._undo:
            with Guard("undoing of a repair"):
                self._undo.pop()()

    def _remember(self, module: str, name: str) -> tuple[Any, str]:
        parent, attribute = _place(module, name)
        before: object = vars(parent).get(attribute, _INHERITED)
        if before is _INHERITED:
            self._undo.append(partial(delattr, parent, attribute))
        else:
            self._undo.append(partial(setattr, parent, attribute, before))
        return parent, attribute


def _place(module: str, name: str) -> tuple[Any, str]:
    *path, attribute = name.split(".")
    return reduce(getattr, path, import_module(module)), attribute


def _method(original: Callable[..., Any], call: Wrapper) -> Callable[..., Any]:
    """Return a wrapped method of a proxy; wrapt's own wrappers ask a proxy's class too much."""

    @wraps(original)
    def method(self: object, *args: Any, **kwargs: Any) -> object:
        return call(partial(original, self), self, args, kwargs)

    return method
