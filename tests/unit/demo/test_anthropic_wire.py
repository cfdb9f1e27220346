"""Anthropic's Messages on the wire of the scripted provider."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from spansight.demo.provider import ANSWER, Provider

TOOL: dict[str, Any] = {
    "name": "search",
    "input_schema": {"type": "object", "properties": {"query": {}}},
}


def post(provider: Provider, scenario: str, **body: Any) -> str:  # noqa: ANN401 - of the wire
    asked = {"model": "claude-sonnet-4-6", "max_tokens": 8, "messages": [user("two words")]} | body
    request = urllib.request.Request(
        f"{provider.root}/{scenario}/v1/messages", json.dumps(asked).encode()
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read().decode()


def user(content: object) -> dict[str, object]:
    return {"role": "user", "content": content}


def events(stream: str) -> list[dict[str, Any]]:
    """Return the events of a stream, each of which names itself twice."""
    told: list[dict[str, Any]] = []
    for block in stream.strip().split("\n\n"):
        name, data = block.split("\n")
        told.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {told[-1]['type']}"
    return told


def test_cached_input_stands_beside_the_rest() -> None:
    with Provider() as provider:
        usage = json.loads(post(provider, "cached"))["usage"]
    assert usage == {
        "input_tokens": 2,
        "cache_read_input_tokens": 1024,
        "cache_creation_input_tokens": 0,
        "output_tokens": 9,
    }


def test_the_system_prompt_is_input_too() -> None:
    with Provider() as provider:
        post(provider, "ok", system="be brief", messages=[user([{"type": "text", "text": "one"}])])
        (call,) = provider.calls
    assert (call.operation, call.input_tokens) == ("messages", 3)


def test_a_stream_tells_input_first_and_output_last() -> None:
    with Provider() as provider:
        first, *parts, last, stop = events(post(provider, "ok", stream=True))
    assert first["message"]["usage"]["input_tokens"] == 2
    texts = [part["delta"]["text"] for part in parts if part["type"] == "content_block_delta"]
    assert "".join(texts) == ANSWER
    assert (last["usage"], last["delta"]["stop_reason"]) == ({"output_tokens": 9}, "end_turn")
    assert stop == {"type": "message_stop"}


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called_once_and_its_result_is_answered(stream: bool) -> None:  # noqa: FBT001 - a case
    with Provider() as provider:
        asked = post(provider, "tool_call", tools=[TOOL], stream=stream)
        result = {"type": "tool_result", "tool_use_id": "call_1", "content": "found"}
        answered = post(provider, "tool_call", tools=[TOOL], messages=[user([result])])
    if stream:
        started, delta = events(asked)[1:3]
        block = started["content_block"] | {"input": json.loads(delta["delta"]["partial_json"])}
    else:
        (block,) = json.loads(asked)["content"]
    called = {"id": "call_1", "name": "search", "input": {"query": "two words"}}
    assert block == {"type": "tool_use"} | called
    assert json.loads(answered)["content"] == [{"type": "text", "text": ANSWER}]


@pytest.mark.parametrize(
    ("scenario", "kind"), [("rate_limit", "rate_limit_error"), ("server_error", "api_error")]
)
def test_an_error_is_told_in_its_own_words(scenario: str, kind: str) -> None:
    with Provider() as provider, pytest.raises(urllib.error.HTTPError) as raised:
        post(provider, scenario)
    with raised.value as error:
        body = json.loads(error.read())
    assert (body["type"], body["error"]["type"]) == ("error", kind)
