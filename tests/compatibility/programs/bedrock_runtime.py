"""The runtime of Amazon Bedrock behind boto3, as an application uses it."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import boto3
from bedrock_words import (
    asked,
    delta,
    embedding,
    invoked_delta,
    invoked_text,
    invoking,
    settings,
    size,
    text,
)
from steps import WEATHER, run

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOL = {"toolSpec": {"name": "weather", "inputSchema": {"json": SCHEMA}}}


@cache
def client(scenario: str = "ok"):  # noqa: ANN201 - boto3 makes its classes when it is asked
    return boto3.client(**settings(scenario))


def chat(prompt: str, scenario: str = "ok") -> str:
    return text(client(scenario).converse(**asked(prompt)))


def stream(prompt: str, scenario: str = "ok") -> str:
    return "".join(map(delta, client(scenario).converse_stream(**asked(prompt))["stream"]))


def call_inside_a_stream(prompt: str) -> tuple[str, str]:
    events = client().converse_stream(**asked(prompt))["stream"]
    return chat(prompt), "".join(map(delta, events))


def tool_call(prompt: str) -> tuple[object, str]:
    model = client("tool_call")
    asks: dict = asked(prompt) | {"toolConfig": {"tools": [TOOL]}}
    message = model.converse(**asks)["output"]["message"]
    call = message["content"][0]["toolUse"]
    result = {"toolUseId": call["toolUseId"], "content": [{"text": WEATHER}]}
    asks["messages"] += [message, {"role": "user", "content": [{"toolResult": result}]}]
    return call["input"], text(model.converse(**asks))


def tool_call_in_a_stream(prompt: str) -> object:
    asks = asked(prompt) | {"toolConfig": {"tools": [TOOL]}}
    deltas = (
        event["contentBlockDelta"]["delta"]["toolUse"]["input"]
        for event in client("tool_call").converse_stream(**asks)["stream"]
        if "contentBlockDelta" in event
    )
    return json.loads("".join(deltas))


def invoked(prompt: str, scenario: str = "ok") -> str:
    return invoked_text(client(scenario).invoke_model(**invoking(prompt))["body"].read())


def invoked_stream(prompt: str, scenario: str = "ok") -> str:
    answer = client(scenario).invoke_model_with_response_stream(**invoking(prompt))
    return "".join(map(invoked_delta, answer["body"]))


def embeddings(prompt: str) -> int:
    return size(client().invoke_model(**embedding(prompt))["body"].read())


def parallel(prompt: str) -> list:
    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(chat, [prompt] * 3))


run(
    {
        "chat": chat,
        "cached input": lambda prompt: chat(prompt, "cached"),
        "stream": stream,
        "stream with cached input": lambda prompt: stream(prompt, "cached"),
        "call inside a stream": call_inside_a_stream,
        "tool call": tool_call,
        "tool call in a stream": tool_call_in_a_stream,
        "invoked": invoked,
        "invoked with cached input": lambda prompt: invoked(prompt, "cached"),
        "invoked stream": invoked_stream,
        "invoked stream with cached input": lambda prompt: invoked_stream(prompt, "cached"),
        "embeddings": embeddings,
        "parallel": parallel,
        "rate limit": lambda prompt: chat(prompt, "rate_limit"),
        "rate limit of a stream": lambda prompt: stream(prompt, "rate_limit"),
        "server error": lambda prompt: invoked(prompt, "server_error"),
    }
)
