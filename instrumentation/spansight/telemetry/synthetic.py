"""One call to a model that nobody made, marked as such, to follow through a stack.

A program of its own, run under instrumentation: `python -m spansight.telemetry.synthetic`.
It prints the ids of its span as JSON; null when nothing recorded the span.
"""

import json
from dataclasses import dataclass
from typing import Final

from opentelemetry import trace

from spansight.conventions import attributes
from spansight.telemetry import events

MODEL: Final = "spansight-synthetic"
"""Free by the shipped price overrides."""
EVALUATION: Final = "synthetic"

INPUT_TOKENS: Final = 10
OUTPUT_TOKENS: Final = 20


@dataclass(frozen=True, slots=True)
class Call:
    """The ids of the span, in lower-case hexadecimal."""

    trace_id: str
    span_id: str


def emit() -> Call | None:
    """Emit the span and one evaluation of it; None when no SDK records."""
    values = {
        attributes.OPERATION_NAME: "chat",
        attributes.PROVIDER_NAME: "spansight",
        attributes.REQUEST_MODEL: MODEL,
        attributes.RESPONSE_MODEL: MODEL,
        attributes.INPUT_TOKENS: INPUT_TOKENS,
        attributes.OUTPUT_TOKENS: OUTPUT_TOKENS,
        attributes.SYNTHETIC: True,
    }
    tracer = trace.get_tracer(__name__)
    with tracer.start_as_current_span(
        f"chat {MODEL}", kind=trace.SpanKind.CLIENT, attributes=values
    ) as span:
        if not span.is_recording():
            return None
        events.evaluation(EVALUATION, 1.0, evaluator="heuristic")
        context = span.get_span_context()
        return Call(trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id))


if __name__ == "__main__":
    call = emit()
    print(json.dumps(call and {"trace_id": call.trace_id, "span_id": call.span_id}))  # noqa: T201 - its answer
