"""Every way in which a call can go, each in a stage of its own name."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress

import openai
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam

import spansight

HELD: list[object] = []
MESSAGES: list[ChatCompletionMessageParam] = [
    {"role": "user", "content": "write to kim@example.com"}
]
TOOL: ChatCompletionToolParam = {
    "type": "function",
    "function": {
        "name": "search",
        "parameters": {"type": "object", "properties": {"query": {"type": "string"}}},
    },
}


def options(scenario: str) -> dict[str, object]:
    return {
        "base_url": f"{os.environ['PROVIDER']}/{scenario}/v1",
        "api_key": "sk-test-0123456789abcdef0123",
        "max_retries": 0,
        "timeout": 0.3 if scenario == "timeout" else 5,
    }


def client(scenario: str) -> openai.OpenAI:
    return openai.OpenAI(**options(scenario))  # pyright: ignore[reportArgumentType]


def async_client(scenario: str) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(**options(scenario))  # pyright: ignore[reportArgumentType]


def chat(scenario: str) -> Callable[[], object]:
    return lambda: client(scenario).chat.completions.create(model="gpt-4o", messages=MESSAGES)


def stream(scenario: str) -> Callable[[], object]:
    return lambda: list(
        client(scenario).chat.completions.create(
            model="gpt-4o", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
        )
    )


def stream_without_usage() -> None:
    list(client("ok").chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True))


def closed_stream() -> None:
    with client("ok").chat.completions.create(
        model="gpt-4o", messages=MESSAGES, stream=True
    ) as chunks:
        next(iter(chunks))


def held_stream() -> None:
    chunks = client("ok").chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
    next(iter(chunks))
    HELD.append(chunks)


def tool_call() -> None:
    client("tool_call").chat.completions.create(model="gpt-4o", messages=MESSAGES, tools=[TOOL])


def headers() -> None:
    client("ok").chat.completions.create(
        model="gpt-4o",
        messages=MESSAGES,
        temperature=0.5,
        extra_headers={"Authorization": "Bearer 0123456789-secret"},
    )


def embeddings() -> None:
    client("ok").embeddings.create(model="text-embedding-3-small", input=["one", "two words"])


def responses() -> None:
    client("ok").responses.create(model="gpt-4o", input="one two")


def asynchronous() -> None:
    async def call() -> None:
        async with async_client("ok") as opened:
            await opened.chat.completions.create(model="gpt-4o", messages=MESSAGES)

    asyncio.run(call())


def cancelled() -> None:
    async def call() -> None:
        async with async_client("slow_first_token") as opened:
            pending = opened.chat.completions.create(model="gpt-4o", messages=MESSAGES)
            with suppress(TimeoutError):
                await asyncio.wait_for(pending, 0.2)

    asyncio.run(call())


CASES: dict[str, Callable[[], object]] = {
    "ok": chat("ok"),
    "cached": chat("cached"),
    "reasoning": chat("reasoning"),
    "stream": stream("ok"),
    "stream without usage": stream_without_usage,
    "closed stream": closed_stream,
    "cut stream": stream("cut"),
    "rate limit": chat("rate_limit"),
    "server error": chat("server_error"),
    "timeout": chat("timeout"),
    "tool call": tool_call,
    "headers": headers,
    "embeddings": embeddings,
    "responses": responses,
    "asynchronous": asynchronous,
    "cancelled": cancelled,
    "held stream": held_stream,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or CASES:
        try:
            with spansight.stage(name):
                CASES[name]()
        except openai.OpenAIError as error:
            sys.stdout.write(f"{name}: {type(error).__name__}\n")
