"""Gemini's interactions on the wire of the scripted provider."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from spansight.demo.provider import ANSWER, Provider

MODEL = "gemini-flash-latest"
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"query": {}}}
TOOLS = [{"type": "function", "name": "search", "parameters": SCHEMA}]


def post(provider: Provider, scenario: str, **body: Any) -> str:  # noqa: ANN401 - of the wire
    asked = {"model": MODEL, "input": "two words"} | body
    request = urllib.request.Request(
        f"{provider.root}/{scenario}/v1beta/interactions", json.dumps(asked).encode()
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read().decode()


def events(stream: str) -> list[dict[str, Any]]:
    """Return the events of a stream, whose end is marked."""
    *told, end = stream.strip().split("\n\n")
    assert end == "data: [DONE]"
    return [json.loads(event.removeprefix("data: ")) for event in told]


def test_thoughts_stand_beside_the_output() -> None:
    with Provider(dated=True) as provider:
        answer = json.loads(post(provider, "reasoning"))
        (call,) = provider.calls
    usage = answer["usage"]
    assert (usage["total_output_tokens"], usage["total_thought_tokens"]) == (9, 64)
    assert usage["total_tokens"] == 2 + 9 + 64
    assert answer["model"] == "gemini-2.5-flash-preview-09-2025"
    assert answer["status"] == "completed"
    (step,) = answer["steps"]
    assert step == {"type": "model_output", "content": [{"type": "text", "text": ANSWER}]}
    assert (call.operation, call.model, call.input_tokens) == ("interactions", MODEL, 2)


def test_a_stream_tells_its_usage_at_the_end() -> None:
    with Provider() as provider:
        told = events(post(provider, "cached", stream=True, system_instruction="be brief now"))
        (call,) = provider.calls
    deltas = [event["delta"]["text"] for event in told if event["event_type"] == "step.delta"]
    assert "".join(deltas) == ANSWER
    assert told[0]["interaction"]["status"] == "in_progress"
    assert told[-1]["interaction"]["usage"]["total_input_tokens"] == call.input_tokens == 5 + 1024
    assert call.stream is True


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called_once_and_its_result_is_answered(*, stream: bool) -> None:
    result = {"type": "function_result", "call_id": "call_1", "result": "found"}
    with Provider() as provider:
        asked = post(provider, "tool_call", tools=TOOLS, stream=stream)
        answered = json.loads(post(provider, "tool_call", tools=TOOLS, input=[result]))
    if stream:
        _, start, delta, *_, end = events(asked)
        called = start["step"] | {"arguments": json.loads(delta["delta"]["arguments"])}
        status = end["interaction"]["status"]
    else:
        whole = json.loads(asked)
        (called,), status = whole["steps"], whole["status"]
    arguments = {"query": "two words"}
    told = {"type": "function_call", "id": "call_1", "name": "search", "arguments": arguments}
    assert (called, status) == (told, "requires_action")
    assert answered["steps"][0]["content"][0]["text"] == ANSWER


def test_an_error_is_told_in_its_own_words() -> None:
    with Provider() as provider, pytest.raises(urllib.error.HTTPError) as raised:
        post(provider, "rate_limit")
    with raised.value as error:
        assert json.loads(error.read())["error"]["status"] == "RESOURCE_EXHAUSTED"
