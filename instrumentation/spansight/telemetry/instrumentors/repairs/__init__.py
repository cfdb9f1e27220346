"""What the instrumentors get wrong, put right: one module a repair, named in one table.

A repair wraps the function at fault and is undone with its instrumentor.  One that does not find
what it repairs is counted by the guard and leaves the others working.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from spansight.settings import Instrumentor
from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.patches import Patches

TRANSLATES: Final[frozenset[Instrumentor]] = frozenset({"openllmetry"})
"""Families that speak a dialect of their own, whatever they instrument."""

REPAIRS: Final[Mapping[tuple[Instrumentor, str], tuple[str, ...]]] = {
    ("official", "openai"): (
        "requests",
        "raw",
        "dropped",
        "endings",
        "first_token",
        "exceptions",
        "completions",
        "usage",
        "litellm",
        "lasting",
        "roles",
    ),
    ("official", "dspy"): ("dspy",),
    ("official", "langchain"): ("langchain",),
    ("official", "anthropic"): ("interludes", "dropped"),
    ("official", "bedrock"): ("interludes", "dropped", "bedrock"),
    ("official", "google-genai"): ("dropped", "interactions"),
    ("openllmetry", "openai"): (
        "removal",
        "options",
        "quiet",
        "requests",
        "handover",
        "raw",
        "dropped",
        "endings",
        "first_token",
        "exceptions",
        "streams",
        "cancellation",
        "completions",
        "usage",
        "litellm",
        "lasting",
    ),
}
"""Family and entry point → the repairs of its instrumentor, in the order they are applied."""


def prepared(chosen: Instrumentor, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments an instrumentor of a family is loaded with."""
    if chosen not in TRANSLATES:
        hook = import_module(f"{__name__}.handlers").hook()
        return {"completion_hook": hook, **kwargs}
    dialect = import_module(f"{__name__}.dialect")
    return {**kwargs, "tracer_provider": dialect.Translation(kwargs.get("tracer_provider"))}


def repair(chosen: Instrumentor, name: str, kwargs: Mapping[str, Any]) -> Patches:
    """Apply the repairs of a loaded instrumentor; `undo()` takes them back."""
    patches = Patches()
    for one in REPAIRS.get((chosen, name), ()):
        with Guard(f"repair {one}"):
            import_module(f"{__name__}.{one}").apply(patches, kwargs)
    return patches
