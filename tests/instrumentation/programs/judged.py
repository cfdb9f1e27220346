"""An answer, and what its user thought of it: at once, and later in another process."""

import os
import sys

from opentelemetry import trace

import spansight


@spansight.trace_llm_call("local-1", "search")
def ask(question: str) -> dict[str, object]:
    assert question
    return {"id": "r-1", "usage": {"input_tokens": 12, "output_tokens": 3}}


if sys.argv[1:]:
    trace_id, response_id = sys.argv[1:]
    spansight.feedback(rating=2, comment="wrong, ask kim@example.com", trace_id=trace_id)
    spansight.feedback(thumb="down", response_id=response_id, user=7)
else:
    with spansight.stage("answer"):
        ask("Why?")
        spansight.feedback(rating=5, thumb="up")
        context = trace.get_current_span().get_span_context()
    os.write(1, f"{trace.format_trace_id(context.trace_id)}\n".encode())
