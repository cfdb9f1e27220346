"""A call that two instrumentations tell counts once."""

import pytest
from opentelemetry import trace

from spansight.conventions import attributes
from spansight.privacy.policy import Policy
from spansight.telemetry.records.outgoing import Refinery
from support.recording import Recorded


def told(recorded: Recorded, outer: str, inner: str) -> dict[str, object]:
    """Return operations as they leave, of a span in a span."""
    tracer = trace.get_tracer("someone else's")
    with tracer.start_as_current_span("outer", attributes={attributes.OPERATION_NAME: outer}):
        tracer.start_span("inner", attributes={attributes.OPERATION_NAME: inner}).end()
    leaving = [Refinery(Policy(None)).span(span) for span in recorded.spans]
    return {span.name: (span.attributes or {}).get(attributes.OPERATION_NAME) for span in leaving}


@pytest.mark.parametrize("operation", attributes.INFERENCE_OPERATIONS)
def test_the_inner_call_stays_and_is_not_counted(recorded: Recorded, operation: str) -> None:
    assert told(recorded, operation, "chat") == {"outer": operation, "inner": None}
    assert recorded.attributes("inner")[attributes.NESTED] is True


@pytest.mark.parametrize("around", [attributes.INVOKE_AGENT, attributes.EXECUTE_TOOL, "plan"])
def test_a_call_inside_anything_else_is_counted(recorded: Recorded, around: str) -> None:
    assert told(recorded, around, "chat") == {"outer": around, "inner": "chat"}


def test_a_tool_that_runs_inside_a_call_stays_a_tool(recorded: Recorded) -> None:
    assert told(recorded, "chat", "execute_tool") == {"outer": "chat", "inner": "execute_tool"}
