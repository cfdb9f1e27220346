"""A call inside a call is the same call, told twice.

By a framework and the client under it, or by an instrumentor and the client itself.  The inner one
is marked as it starts and leaves without its operation: it stays in the trace, and is not counted.
"""

from collections.abc import Mapping
from typing import TypeVar

from opentelemetry import trace
from opentelemetry.context import Context

from spansight.conventions import attributes

V = TypeVar("V")


def is_call(span: object) -> bool:
    """Whether a span is one of a call to a model."""
    # Spans of the API have no attributes to read, and decorated calls do without the SDK.
    said: Mapping[str, object] = getattr(span, "attributes", None) or {}
    return said.get(attributes.OPERATION_NAME) in attributes.INFERENCE_OPERATIONS


def mark(call: trace.Span, parent_context: Context | None) -> bool:
    """Mark the span of a call if it starts inside another's; return whether it does."""
    inner = is_call(trace.get_current_span(parent_context))
    if inner:
        call.set_attribute(attributes.NESTED, value=True)
    return inner


def counted_once(said: Mapping[str, V]) -> dict[str, V]:
    """Return what a span says, without the operation if it is the inner one."""
    nested = attributes.NESTED in said
    return {k: v for k, v in said.items() if not (nested and k == attributes.OPERATION_NAME)}
