"""Calls of DSPy that were none, and when its streams begin.

It keeps every answer in a cache unless told not to, and its instrumentor takes one from there for
a call: the span stays in the trace, as that of a call which another has told.  Of a stream the
instrumentor sees nothing but the end.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.sdk.trace import Span

from spansight.conventions import attributes
from spansight.telemetry.instrumentors.repairs.patches import Patches

_SCOPE: Final = "opentelemetry.instrumentation.genai.dspy"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Watch what is found in the cache, and what is streamed."""
    patches.wrap("dspy.clients.cache", "Cache.get", _look_up)
    patches.wrap("dspy.clients.engines.streaming", "ListenerBridge.chunk", _pass_on)


def _look_up(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    found = wrapped(*args, **kwargs)
    if found is not None and (call := _call()):
        call.set_attribute(attributes.NESTED, value=True)
    return found


def _pass_on(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    chunk = wrapped(*args, **kwargs)
    if chunk is not None and (call := _call()) and not _streams(call):
        call.set_attribute(attributes.REQUEST_STREAM, value=True)
        if call.start_time:
            waited = (time.time_ns() - call.start_time) / 1e9
            call.set_attribute(attributes.TIME_TO_FIRST_CHUNK, waited)
    return chunk


def _call() -> Span | None:
    """Return the span of DSPy's that is open; embeddings share its cache, and have none."""
    span = trace.get_current_span()
    if not isinstance(span, Span) or not span.instrumentation_scope:
        return None
    return span if span.instrumentation_scope.name == _SCOPE else None


def _streams(call: Span) -> bool:
    return attributes.REQUEST_STREAM in (call.attributes or {})
