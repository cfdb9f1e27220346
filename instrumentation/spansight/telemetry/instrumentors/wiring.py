"""Stage spans without a change to the application: SPANSIGHT_STAGES names its functions.

    SPANSIGHT_STAGES="shop.rag:search=vector_search,shop.rag:Ranker.rank=reranking"

What a stage can be told is read from the parameters of the same name, and the scores from the
items that a search returns.  The function's arguments, result and errors stay what they are.
"""

import re
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final, Self, cast

import wrapt

from spansight.conventions import attributes, environment
from spansight.settings import say
from spansight.telemetry.guard import Guard
from spansight.telemetry.records import answers
from spansight.telemetry.replies import results
from spansight.telemetry.scopes.parameters import Parameters
from spansight.telemetry.scopes.scope import Arguments, Enter, Function, Named, around
from spansight.telemetry.stages import ARGUMENTS, Stage

_ENTRY: Final = re.compile(r"(?P<module>[\w.]+):(?P<function>[\w.]+)=(?P<stage>[\w-]+)")
_SEARCHES: Final = attributes.STAGE_LABELS.keys() - {"embedding"}
_TOLD: Final = (str, bool, int, float)


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
            owner, attribute, original = wrapt.resolve_path(imported, function)
            wrapt.apply_patch(owner, attribute, around(original, _tracing(stage)))
        if guard.error is not None:
            _refuse(entry, f"expected a function of {module!r}")

    wrapt.register_post_import_hook(on_import, module)


def _refuse(entry: str, expected: str) -> None:
    say(f"{environment.STAGES.name}: {entry!r}: {expected}; not traced")


class _Wired(Stage):
    """A stage that looks at what its function yields and returns."""

    def __enter__(self) -> Self:
        self._items: list[object] = []
        return super().__enter__()

    def yielded(self, item: object) -> None:
        with Guard("result of a stage"):
            # Its score is all that is wanted of it, and it may be large.
            self._items.append(results.score(item))

    def returned(self, result: object) -> None:
        with Guard("result of a stage"):
            if self._items:
                self._found(self._items)
            elif isinstance(result, list | tuple):
                items = cast("list[object]", result)
                self._found([results.score(item) for item in items])
                if self.name in _SEARCHES:
                    answers.keep_found(self._span.get_span_context(), items)
                    self._tell_documents(items)

    def _found(self, scores: Sequence[object]) -> None:
        if scores and None not in scores:
            self._span.set_attributes(results.told(scores))
        elif self.name in _SEARCHES:
            self.results(len(scores))


def _tracing(name: str) -> Enter:
    parameters = Parameters()

    def enter(wrapped: Function, args: Arguments, kwargs: Named) -> _Wired:
        said = _told(parameters, wrapped, args, kwargs)
        told = {ARGUMENTS[key]: value for key, value in said.items()}
        return _Wired(name, told)

    return enter


def _told(
    parameters: Parameters, wrapped: Function, args: Arguments, kwargs: Named
) -> dict[str, Any]:
    with Guard("arguments of a stage"):
        bound = parameters.of(wrapped).bind(*args, **kwargs)
        bound.apply_defaults()
        values = bound.arguments.items()
        return {k: v for k, v in values if k in ARGUMENTS and isinstance(v, _TOLD)}
    return {}
