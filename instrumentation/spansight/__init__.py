"""LLM observability on your own Grafana stack.

Importing this package loads the OpenTelemetry API at most: every name is resolved on first use.
That may be before pytest comes to rewrite what its plug-ins assert: PYTEST_DONT_REWRITE.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spansight import evals, rag
    from spansight.errors import SpansightError
    from spansight.telemetry.calls import trace_llm_call
    from spansight.telemetry.context import context
    from spansight.telemetry.distro import instrument, uninstrument
    from spansight.telemetry.feedback import feedback
    from spansight.telemetry.stages import stage
    from spansight.telemetry.variants import variant

__all__ = [
    "SpansightError",
    "context",
    "evals",
    "feedback",
    "instrument",
    "rag",
    "stage",
    "trace_llm_call",
    "uninstrument",
    "variant",
]

_HOMES = {
    "SpansightError": "spansight.errors",
    "context": "spansight.telemetry.context",
    "feedback": "spansight.telemetry.feedback",
    "instrument": "spansight.telemetry.distro",
    "stage": "spansight.telemetry.stages",
    "trace_llm_call": "spansight.telemetry.calls",
    "uninstrument": "spansight.telemetry.distro",
    "variant": "spansight.telemetry.variants",
}

_PACKAGES = ("evals", "rag")


def __getattr__(name: str) -> object:
    if name in _PACKAGES:
        return import_module(f"spansight.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'spansight' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
