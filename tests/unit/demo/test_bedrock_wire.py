"""Bedrock's API on the wire of the scripted provider."""

import base64
import json
import struct
import urllib.error
import urllib.request
from binascii import crc32
from typing import Any

import pytest

from spansight.demo import framing
from spansight.demo.provider import ANSWER, Provider

MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"
ASKED: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": "two words"}]}]}
MESSAGE: dict[str, Any] = {"messages": [{"role": "user", "content": "two words"}]}
SCHEMA: dict[str, Any] = {"properties": {"query": {}}}
TOOL = {"toolSpec": {"name": "search", "inputSchema": {"json": SCHEMA}}}


def post(
    provider: Provider,
    scenario: str,
    method: str,
    body: dict[str, Any],
    model: str = "anthropic.claude-sonnet-4-5-20250929-v1%3A0",
) -> bytes:
    request = urllib.request.Request(
        f"{provider.root}/{scenario}/v1/model/{model}/{method}", json.dumps(body).encode()
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read()


def events(stream: bytes) -> list[dict[str, Any]]:
    """Read messages as a client does, each as its type and payload."""
    told: list[dict[str, Any]] = []
    while stream:
        total, head, checksum = struct.unpack(">III", stream[:12])
        assert crc32(stream[:8]) == checksum
        assert crc32(stream[: total - 4]) == int.from_bytes(stream[total - 4 : total])
        headers = read_headers(stream[12 : 12 + head])
        assert headers[":message-type"] == "event"
        payload = json.loads(stream[12 + head : total - 4])
        told.append({headers[":event-type"]: payload})
        stream = stream[total:]
    return told


def read_headers(block: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    while block:
        end = 1 + block[0]
        name, kind = block[1:end].decode(), block[end]
        assert kind == 7
        stop = end + 3 + int.from_bytes(block[end + 1 : end + 3])
        found[name] = block[end + 3 : stop].decode()
        block = block[stop:]
    return found


@pytest.mark.parametrize(
    ("headers", "payload", "written"),
    [
        ({}, b"", "0000001000000000 05c248eb 7d98c8ff"),
        (
            {"content-type": "application/json"},
            b"{'foo':'bar'}",
            (
                "0000003d00000020 07fd8396 0c636f6e74656e742d74797065 07 0010"
                "6170706c69636174696f6e2f6a736f6e 7b27666f6f273a27626172277d 8d9c08b1"
            ),
        ),
    ],
)
def test_a_message_is_framed_as_in_the_samples_of_aws(
    headers: dict[str, str], payload: bytes, written: str
) -> None:
    assert framing.message(headers, payload) == bytes.fromhex(written)


def test_no_client_can_read_what_is_garbled() -> None:
    told = framing.EVENT_STREAM.garbled
    assert crc32(told[:-4]) != int.from_bytes(told[-4:])


@pytest.mark.parametrize(("scenario", "cached"), [("ok", 0), ("cached", 1024)])
def test_cached_input_stands_beside_the_rest(scenario: str, cached: int) -> None:
    with Provider() as provider:
        answer = json.loads(post(provider, scenario, "converse", ASKED))
        (call,) = provider.calls
    usage = answer["usage"]
    assert (usage["inputTokens"], usage["cacheReadInputTokens"]) == (2, cached)
    assert usage["totalTokens"] == 2 + cached + 9
    assert answer["output"]["message"]["content"] == [{"text": ANSWER}]
    assert answer["stopReason"] == "end_turn"
    assert (call.operation, call.model, call.input_tokens) == ("converse", MODEL, 2 + cached)


def test_a_stream_tells_its_end_and_then_its_usage() -> None:
    with Provider() as provider:
        told = events(post(provider, "cached", "converse-stream", ASKED))
        (call,) = provider.calls
    deltas = [event["contentBlockDelta"]["delta"] for event in told if "contentBlockDelta" in event]
    assert "".join(delta["text"] for delta in deltas) == ANSWER
    assert told[0] == {"messageStart": {"role": "assistant"}}
    assert told[-2] == {"messageStop": {"stopReason": "end_turn"}}
    assert told[-1]["metadata"]["usage"]["cacheReadInputTokens"] == 1024
    assert call.stream is True


@pytest.mark.parametrize("method", ["converse", "converse-stream"])
def test_a_tool_is_called_once_and_its_result_is_answered(method: str) -> None:
    offered = ASKED | {"toolConfig": {"tools": [TOOL]}}
    result = {"toolResult": {"toolUseId": "call_1", "content": [{"text": "found"}]}}
    answering = offered | {"messages": [{"role": "user", "content": [result]}]}
    with Provider() as provider:
        asked = post(provider, "tool_call", method, offered)
        answered = json.loads(post(provider, "tool_call", "converse", answering))
    if method == "converse":
        called = json.loads(asked)["output"]["message"]["content"][0]["toolUse"]
    else:
        _, start, delta, *_ = events(asked)
        arguments = delta["contentBlockDelta"]["delta"]["toolUse"]["input"]
        called = start["contentBlockStart"]["start"]["toolUse"] | {"input": json.loads(arguments)}
    assert called == {"toolUseId": "call_1", "name": "search", "input": {"query": "two words"}}
    assert answered["output"]["message"]["content"] == [{"text": ANSWER}]


def test_a_model_is_invoked_in_its_own_words() -> None:
    with Provider(dated=True) as provider:
        answer = json.loads(post(provider, "ok", "invoke", MESSAGE))
        streamed = events(post(provider, "ok", "invoke-with-response-stream", MESSAGE))
    payloads = [json.loads(base64.b64decode(event["chunk"]["bytes"])) for event in streamed]
    assert answer["model"] == payloads[0]["message"]["model"] == "claude-sonnet-4-5-20250929"
    assert answer["content"] == [{"type": "text", "text": ANSWER}]
    assert payloads[-1]["amazon-bedrock-invocationMetrics"]["outputTokenCount"] == 9


def test_a_text_becomes_a_vector() -> None:
    with Provider() as provider:
        body = {"inputText": "two words"}
        answer = json.loads(post(provider, "ok", "invoke", body, "amazon.titan-embed-text-v2%3A0"))
        (call,) = provider.calls
    assert len(answer["embedding"]) == 256
    assert (call.operation, call.input_tokens) == (
        "invoke_embedding",
        answer["inputTextTokenCount"],
    )


@pytest.mark.parametrize(
    ("scenario", "code", "name"),
    [
        ("rate_limit", 429, "ThrottlingException"),
        ("server_error", 500, "InternalServerException"),
    ],
)
def test_an_error_is_told_in_its_own_words(scenario: str, code: int, name: str) -> None:
    with Provider() as provider, pytest.raises(urllib.error.HTTPError) as raised:
        post(provider, scenario, "converse", ASKED)
    with raised.value as error:
        assert (error.code, json.loads(error.read())["__type"]) == (code, name)
