"""Gemini's API on the wire of the scripted provider."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from spansight.demo.provider import ANSWER, Provider

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"query": {}}}
MODEL = "gemini-flash-latest"


def post(provider: Provider, scenario: str, method: str = "generateContent", **body: Any) -> str:  # noqa: ANN401 - of the wire
    asked = body or {"contents": [user(text="two words")]}
    request = urllib.request.Request(
        f"{provider.root}/{scenario}/v1beta/models/{MODEL}:{method}", json.dumps(asked).encode()
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read().decode()


def user(**part: object) -> dict[str, object]:
    return {"role": "user", "parts": [part]}


def chunks(stream: str) -> list[dict[str, Any]]:
    """Return the chunks of a stream: they have no names, and no marker ends them."""
    return [json.loads(line.removeprefix("data: ")) for line in stream.strip().split("\n\n")]


def said(body: dict[str, Any]) -> dict[str, Any]:
    (candidate,) = body["candidates"]
    (part,) = candidate["content"]["parts"]
    return part


@pytest.mark.parametrize(
    ("scenario", "usage"),
    [
        ("ok", {"promptTokenCount": 2, "candidatesTokenCount": 9, "totalTokenCount": 11}),
        (
            "cached",
            {
                "promptTokenCount": 1026,
                "candidatesTokenCount": 9,
                "totalTokenCount": 1035,
                "cachedContentTokenCount": 1024,
            },
        ),
        (
            "reasoning",
            {
                "promptTokenCount": 2,
                "candidatesTokenCount": 9,
                "totalTokenCount": 75,
                "thoughtsTokenCount": 64,
            },
        ),
    ],
)
def test_cached_input_is_part_of_the_prompt_and_thoughts_stand_beside(
    scenario: str, usage: dict[str, int]
) -> None:
    with Provider(dated=True) as provider:
        answer = json.loads(post(provider, scenario))
    assert answer["usageMetadata"] == usage
    assert said(answer) == {"text": ANSWER}
    assert answer["modelVersion"] == "gemini-2.5-flash-preview-09-2025"


def test_instructions_are_input_too() -> None:
    with Provider() as provider:
        post(
            provider, "ok", contents=[user(text="one")], systemInstruction=user(text="be brief now")
        )
        (call,) = provider.calls
    assert (call.operation, call.model, call.input_tokens) == ("generate_content", MODEL, 4)


def test_a_stream_tells_its_end_and_usage_last() -> None:
    with Provider() as provider:
        told = chunks(post(provider, "ok", "streamGenerateContent"))
        (call,) = provider.calls
    assert "".join(said(chunk)["text"] for chunk in told) == ANSWER
    ends = [chunk["candidates"][0].get("finishReason") for chunk in told]
    assert ends == [None] * (len(told) - 1) + ["STOP"]
    assert [chunk["usageMetadata"]["candidatesTokenCount"] for chunk in told[-1:]] == [9]
    assert call.stream is True


@pytest.mark.parametrize("spelling", ["parametersJsonSchema", "parameters_json_schema"])
@pytest.mark.parametrize("method", ["generateContent", "streamGenerateContent"])
def test_a_tool_is_called_once_and_its_result_is_answered(method: str, spelling: str) -> None:
    tools = [{"functionDeclarations": [{"name": "search", spelling: SCHEMA}]}]
    asked = {"contents": [user(text="two words")], "tools": tools}
    result = user(functionResponse={"name": "search", "response": {"result": "found"}})
    with Provider() as provider:
        answer = post(provider, "tool_call", method, **asked)
        answered = json.loads(post(provider, "tool_call", contents=[result], tools=tools))
    whole = chunks(answer)[0] if method.startswith("stream") else json.loads(answer)
    called = {"id": "call_1", "name": "search", "args": {"query": "two words"}}
    assert said(whole) == {"functionCall": called}
    assert said(answered) == {"text": ANSWER}


def test_texts_become_vectors_of_no_named_model() -> None:
    texts = [{"content": user(text=text)} for text in ("one", "two words")]
    with Provider() as provider:
        answer = json.loads(post(provider, "ok", "batchEmbedContents", requests=texts))
        (call,) = provider.calls
    first, second = (one["values"] for one in answer["embeddings"])
    assert len(first) == len(second)
    assert first != second
    assert answer.keys() == {"embeddings", "usageMetadata"}
    assert (call.operation, call.input_tokens) == ("embed_content", 3)


@pytest.mark.parametrize(
    ("scenario", "code", "status"),
    [("rate_limit", 429, "RESOURCE_EXHAUSTED"), ("server_error", 500, "INTERNAL")],
)
def test_an_error_is_told_in_its_own_words(scenario: str, code: int, status: str) -> None:
    with Provider() as provider, pytest.raises(urllib.error.HTTPError) as raised:
        post(provider, scenario)
    with raised.value as error:
        body = json.loads(error.read())
    assert (body["error"]["code"], body["error"]["status"]) == (code, status)


def test_a_method_that_it_does_not_have_is_not_found() -> None:
    with Provider() as provider, pytest.raises(urllib.error.HTTPError) as raised:
        post(provider, "ok", "countTokens")
    with raised.value as error:
        assert error.code == 404
