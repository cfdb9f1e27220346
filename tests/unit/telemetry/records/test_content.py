"""Content that an instrumentor left on a span."""

import json

import pytest
from opentelemetry import trace

from spansight.conventions import attributes, events
from support.recording import Recorded

MESSAGES = [{"role": "user", "parts": [{"type": "text", "content": "안녕"}]}]


def test_it_becomes_a_structured_event_of_the_span(recorded: Recorded) -> None:
    tracer = trace.get_tracer("test")
    said = {
        attributes.OPERATION_NAME: "chat",
        attributes.REQUEST_MODEL: "gpt-4o",
        attributes.INPUT_MESSAGES: json.dumps(MESSAGES),
    }
    with tracer.start_as_current_span("elsewhere"):
        span = tracer.start_span("chat", attributes=said)
    span.end()
    (event,) = recorded.events
    assert event.event_name == events.CONTENT
    assert event.span_id == span.get_span_context().span_id
    assert dict(event.attributes) == {
        attributes.OPERATION_NAME: "chat",
        attributes.REQUEST_MODEL: "gpt-4o",
        attributes.INPUT_MESSAGES: (
            {"role": "user", "parts": ({"type": "text", "content": "안녕"},)},
        ),
        attributes.TEAM: "core",
    }


@pytest.mark.parametrize("text", ["[not json", "plain", "{'a': 1}"])
def test_text_that_is_no_json_stays_text(recorded: Recorded, text: str) -> None:
    trace.get_tracer("test").start_span("chat", attributes={attributes.OUTPUT_MESSAGES: text}).end()
    assert recorded.events[0].attributes[attributes.OUTPUT_MESSAGES] == text


def test_a_span_without_content_is_no_event(recorded: Recorded) -> None:
    trace.get_tracer("test").start_span("chat").end()
    assert not recorded.events
