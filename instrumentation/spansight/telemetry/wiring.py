"""Stage spans without a change to the application: SPANSIGHT_STAGES names its functions.

    SPANSIGHT_STAGES="shop.rag:search=vector_search,shop.rag:Ranker.rank=reranking"

What a stage can be told is read from the parameters of the same name, and the scores from the
items that a search returns.  The function's arguments, result and errors stay what they are.
"""

import inspect
import re
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Final, cast

import wrapt

from spansight.conventions import attributes, environment
from spansight.settings import say
from spansight.telemetry import results
from spansight.telemetry.guard import Guard
from spansight.telemetry.stages import ARGUMENTS, Stage, stage

_ENTRY: Final = re.compile(r"(?P<module>[\w.]+):(?P<function>[\w.]+)=(?P<stage>[\w-]+)")
_SEARCHES: Final = attributes.STAGE_LABELS.keys() - {"embedding"}
_TOLD: Final = (str, bool, int, float)

Function = Callable[..., Any]


def wire(entries: str) -> None:
    """Wrap every named function once its module is imported; a wrong entry is one line."""
    for entry in filter(None, map(str.strip, entries.split(","))):
        if match := _ENTRY.fullmatch(entry):
            _wire(entry, **match.groupdict())
        else:
            _refuse(entry, "expected module:function=stage")


def _wire(entry: str, module: str, function: str, stage: str) -> None:
    if module == "__main__":
        # The interpreter runs a script as it reads it: there is no moment between.
        _refuse(entry, "expected a module that the script imports")
        return

    def on_import(imported: ModuleType) -> None:
        with Guard("wiring of a stage") as guard:
            wrapt.wrap_function_wrapper(imported, function, _tracing(stage))
        if guard.error is not None:
            _refuse(entry, f"expected a function of {module!r}")

    wrapt.register_post_import_hook(on_import, module)


def _refuse(entry: str, expected: str) -> None:
    say(f"{environment.STAGES.name}: {entry!r}: {expected}; not traced")


def _tracing(name: str) -> Callable[..., object]:
    def wrapper(
        wrapped: Function, _instance: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> object:
        entered = stage(name, **_told(wrapped, args, kwargs))
        if inspect.iscoroutinefunction(wrapped):
            return _awaited(entered, wrapped(*args, **kwargs))
        with entered:
            result = wrapped(*args, **kwargs)
            _observe(entered, result)
            return result

    return wrapper


async def _awaited(entered: Stage, call: Awaitable[object]) -> object:
    with entered:
        result = await call
        _observe(entered, result)
        return result


def _told(wrapped: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    with Guard("arguments of a stage"):
        bound = inspect.signature(wrapped).bind(*args, **kwargs)
        bound.apply_defaults()
        values = bound.arguments.items()
        return {k: v for k, v in values if k in ARGUMENTS and isinstance(v, _TOLD)}
    return {}


def _observe(entered: Stage, result: object) -> None:
    with Guard("result of a stage"):
        if isinstance(result, list | tuple):
            items = cast("list[object]", result)
            scores = [score for item in items if (score := results.score(item)) is not None]
            if items and len(scores) == len(items):
                entered.results(scores)
            elif entered.name in _SEARCHES:
                entered.results(len(items))
