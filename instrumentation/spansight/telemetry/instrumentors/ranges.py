# pyright: reportMissingTypeStubs=false
"""Versions of a library that its instrumentor refuses, though it works with them.

A package declares what it was written for; a new major version of the library is outside of that
on the day it appears.  Such a pair is loaded all the same if a row of the compatibility matrix
shows every call of it to be right, and one line says so.
"""

from collections.abc import Callable
from functools import cache
from importlib.metadata import Distribution
from typing import Any, Final

import wrapt
from opentelemetry.instrumentation.dependencies import (
    DependencyConflict,
    get_dist_dependency_conflicts,
)

from spansight.telemetry.guard import Guard

PROVEN: Final = {
    ("opentelemetry-instrumentation-google-genai", "1.3b0"): "google-genai 3.",
}
"""Instrumentor and its version → start of the library and version that it refuses in vain."""

_LOADER: Final = "opentelemetry.instrumentation.auto_instrumentation._load"


@cache
def widen() -> None:
    """Let OpenTelemetry's loader pass the proven pairs; to ask again changes nothing."""
    wrapt.wrap_function_wrapper(_LOADER, get_dist_dependency_conflicts.__name__, _pass)


def undeclared(dist: Distribution | None) -> str | None:
    """Return the library and version that a package refuses and works with; None for any other."""
    if dist is None or (dist.name, dist.version) not in PROVEN:
        return None
    return _refused_in_vain(dist, get_dist_dependency_conflicts(dist))


def _pass(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    conflict = wrapped(*args, **kwargs)
    with Guard("declared versions"):
        if _refused_in_vain(args[0], conflict):
            return None
    return conflict


def _refused_in_vain(dist: Distribution, conflict: DependencyConflict | None) -> str | None:
    found = (conflict and conflict.found) or ""
    known = PROVEN.get((dist.name, dist.version))
    return found if known and found.startswith(known) else None
