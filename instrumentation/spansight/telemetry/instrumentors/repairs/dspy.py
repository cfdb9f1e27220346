"""Answers that DSPy gives from its cache, which it keeps unless told not to: no call was made.

The span stays in the trace, as that of a call which another has told.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from opentelemetry import trace

from spansight.conventions import attributes
from spansight.telemetry.instrumentors.repairs.patches import Patches

_SCOPE: Final = "opentelemetry.instrumentation.genai.dspy"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Watch what is found in the cache."""
    patches.wrap("dspy.clients.cache", "Cache.get", _look_up)


def _look_up(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    found = wrapped(*args, **kwargs)
    span = trace.get_current_span()
    # Embeddings are kept in the same cache, and have no span of DSPy's.
    scope = getattr(span, "instrumentation_scope", None)
    if found is not None and scope and scope.name == _SCOPE:
        span.set_attribute(attributes.NESTED, value=True)
    return found
