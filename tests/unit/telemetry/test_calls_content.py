"""What people wrote, of functions that are calls because a decorator says so."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import spansight
from spansight.conventions import attributes
from support.recording import Recorded

CAPTURED = pytest.mark.usefixtures("captured")


@pytest.fixture
def captured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "event_only")


def text(role: str, content: str) -> dict[str, Any]:
    return {"role": role, "parts": ({"type": "text", "content": content},)}


def test_content_stays_here_unless_it_is_asked_for(recorded: Recorded) -> None:
    @spansight.trace_llm_call("local-1")
    def ask(question: str) -> str:
        return question

    ask("Why?")
    assert len(recorded.spans) == 1
    assert not recorded.events


@CAPTURED
def test_content_is_one_event_of_the_call(recorded: Recorded) -> None:
    @spansight.trace_llm_call("local-1")
    def ask(messages: list[Any], system: str) -> dict[str, Any]:
        assert messages
        assert system
        return {"choices": [{"message": {"content": "Hi."}}]}

    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    asked = [
        {"role": "user", "content": "Why?"},
        {"role": "user", "content": [{"type": "text", "text": "This?"}, picture]},
    ]
    ask(asked, system="Be short.")
    (event,) = recorded.events
    (span,) = recorded.spans
    assert span.context is not None
    assert (event.event_name, event.span_id) == (
        "gen_ai.client.inference.operation.details",
        span.context.span_id,
    )
    said = event.attributes
    assert said[attributes.SYSTEM_INSTRUCTIONS] == ({"type": "text", "content": "Be short."},)
    first, second = said[attributes.INPUT_MESSAGES]
    assert first == text("user", "Why?")
    assert second["parts"] == ({"type": "text", "content": "This?"}, {"type": "image_url"})
    assert said[attributes.OUTPUT_MESSAGES] == (text("assistant", "Hi."),)
    assert said[attributes.REQUEST_MODEL] == "local-1"
    assert not set(attributes.CONTENT) & (span.attributes or {}).keys()


@CAPTURED
@pytest.mark.parametrize(
    "chunks",
    [
        ("H", "i."),
        (
            {"choices": [{"delta": {"content": "H"}}]},
            {"choices": [{"delta": {"content": "i."}}]},
            {"choices": []},
        ),
        ({"delta": {"type": "text_delta", "text": "Hi."}},),
        (SimpleNamespace(type="response.output_text.delta", delta="Hi."),),
        (SimpleNamespace(content=[{"type": "text", "text": "Hi."}]),),
    ],
)
def test_a_streamed_answer_is_put_together(recorded: Recorded, chunks: tuple[Any, ...]) -> None:
    @spansight.trace_llm_call("local-1")
    def ask(question: str) -> Iterator[Any]:
        assert question
        yield from chunks

    list(ask("Why?"))
    (event,) = recorded.events
    assert event.attributes[attributes.INPUT_MESSAGES] == (text("user", "Why?"),)
    assert event.attributes[attributes.OUTPUT_MESSAGES] == (text("assistant", "Hi."),)
