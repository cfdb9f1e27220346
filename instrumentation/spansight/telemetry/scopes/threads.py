"""The context goes with work that is handed to another thread, as it does with a task.

Python itself copies it for tasks and `asyncio.to_thread`, not for threads and executors.
"""

import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import wrapt
from opentelemetry.context import Context, attach, detach, get_current

R = TypeVar("R")

Function = Callable[..., Any]
Arguments = tuple[Any, ...]
Named = dict[str, Any]

_kept: Final[list[tuple[type, str, object]]] = []
"""What stood there before us."""


def carry() -> None:
    """From now on, run threads and what pools are given in the context that it comes from."""
    if _kept:
        return
    wrapped = ((threading.Thread, "start", _start), (ThreadPoolExecutor, "submit", _submit))
    for owner, name, wrapper in wrapped:
        _kept.append((owner, name, vars(owner)[name]))
        wrapt.wrap_function_wrapper(owner, name, wrapper)


def release() -> None:
    """Leave threads as they were."""
    while _kept:
        setattr(*_kept.pop())


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


def _within(here: Context, function: Callable[..., R], /, *args: object, **kwargs: object) -> R:
    token = attach(here)
    try:
        return function(*args, **kwargs)
    finally:
        detach(token)
