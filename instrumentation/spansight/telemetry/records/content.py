"""Content never rides on spans: what an instrumentor wrote there becomes an event.

OpenTelemetry's own instrumentors emit that event themselves; OpenLLMetry's write JSON text into
span attributes.
"""

import json
from collections.abc import Mapping
from typing import Final

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.util.types import AnyValue, AttributeValue

from spansight.conventions import attributes, events
from spansight.telemetry.events import emit
from spansight.telemetry.guard import Guard
from spansight.telemetry.records import answers

NOT_ON_SPANS: Final = frozenset({*attributes.CONTENT, "gen_ai.headers"})
"""Content, and the request headers that OpenLLMetry copies, `Authorization` included."""

CHUNK_EVENT: Final = "gen_ai.content.completion.chunk"
"""The empty span event that OpenLLMetry adds for every chunk of a stream."""

_ABOUT: Final = (
    attributes.OPERATION_NAME,
    attributes.PROVIDER_NAME,
    attributes.REQUEST_MODEL,
    attributes.RESPONSE_MODEL,
    attributes.RESPONSE_ID,
    attributes.RESPONSE_FINISH_REASONS,
    attributes.INPUT_TOKENS,
    attributes.OUTPUT_TOKENS,
    attributes.STAGE,
)
"""What of the span the event repeats, as the conventions ask."""


class ContentEvents(SpanProcessor):
    """Emits the content of each ended span as an event of that span."""

    def on_end(self, span: ReadableSpan) -> None:
        """Emit an event if the span has content."""
        with Guard("content event"):
            said = span.attributes or {}
            content = {key: _parsed(said[key]) for key in attributes.CONTENT if key in said}
            if content and span.context:
                emit(
                    events.CONTENT,
                    {**_about(said), **content},
                    context=trace.set_span_in_context(trace.NonRecordingSpan(span.context)),
                )


class HeardCalls(SpanProcessor):
    """Lets whoever judges answers hear of each call as it ends."""

    def on_end(self, span: ReadableSpan) -> None:
        """Pass it on."""
        answers.hear(span)


def _about(said: Mapping[str, AttributeValue]) -> dict[str, AnyValue]:
    return {key: said[key] for key in _ABOUT if key in said}


def _parsed(value: AttributeValue) -> AnyValue:
    """Return structured content, which the conventions require on events."""
    if not isinstance(value, str) or not value.startswith(("[", "{")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
