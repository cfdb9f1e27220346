"""The context goes with work that is handed to another thread, as it does with a task.

Python itself copies it for tasks and `asyncio.to_thread`, not for threads and executors.
"""

import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any, Final, TypeVar

import wrapt
from opentelemetry.context import Context, attach, detach, get_current

R = TypeVar("R")

Function = Callable[..., Any]
Arguments = tuple[Any, ...]
Named = dict[str, Any]

_MULTIPROCESSING: Final = "multiprocessing.pool"
_HANDED_ON: Final = ("apply_async", "_map_async", "imap", "imap_unordered")
"""What every other method of its `ThreadPool` comes down to."""

_undo: Final[list[Callable[[], None]]] = []
"""What puts back what stood there before us, the last change last."""


def carry() -> None:
    """From now on, run threads and what pools are given in the context that it comes from."""
    if _undo:
        return
    _wrap(threading.Thread, "start", _start)
    _wrap(ThreadPoolExecutor, "submit", _submit)
    wrapt.register_post_import_hook(_carry_into_pools, _MULTIPROCESSING)


def release() -> None:
    """Leave threads as they were."""
    while _undo:
        _undo.pop()()


def _carry_into_pools(module: ModuleType) -> None:
    pool: type = module.ThreadPool
    if _undo and _HANDED_ON[0] not in vars(pool):
        for name in _HANDED_ON:
            _wrap(pool, name, _hand_on)


def _wrap(owner: type, name: str, wrapper: Callable[..., object]) -> None:
    if name in vars(owner):
        _undo.append(functools.partial(setattr, owner, name, vars(owner)[name]))
    else:
        _undo.append(functools.partial(delattr, owner, name))
    wrapt.wrap_function_wrapper(owner, name, wrapper)


def _start(wrapped: Function, thread: threading.Thread, args: Arguments, kwargs: Named) -> object:
    if here := get_current():
        # On the thread and not on its class: subclasses have a `run` of their own.
        thread.run = functools.partial(_within, here, thread.run)
    return wrapped(*args, **kwargs)


def _submit(wrapped: Function, _pool: object, args: Arguments, kwargs: Named) -> object:
    if not args:
        return wrapped(*args, **kwargs)
    function, *rest = args
    # A worker that this starts outlives the request: it gets no context of its own to keep.
    return _within(
        Context(),
        wrapped,
        functools.partial(_within, get_current(), function),
        *rest,
        **kwargs,
    )


def _hand_on(wrapped: Function, _pool: object, args: Arguments, kwargs: Named) -> object:
    if args:
        function, *rest = args
        return wrapped(functools.partial(_within, get_current(), function), *rest, **kwargs)
    if "func" in kwargs:
        kwargs = {**kwargs, "func": functools.partial(_within, get_current(), kwargs["func"])}
    return wrapped(**kwargs)


def _within(here: Context, function: Callable[..., R], /, *args: object, **kwargs: object) -> R:
    token = attach(here)
    try:
        return function(*args, **kwargs)
    finally:
        detach(token)
