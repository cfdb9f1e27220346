"""The runtime of Amazon Bedrock behind aioboto3, as an application uses it."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import asyncio

import aioboto3
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
from steps import run

SESSION = aioboto3.Session()


async def chat(prompt: str, scenario: str = "ok") -> str:
    async with SESSION.client(**settings(scenario)) as client:
        return text(await client.converse(**asked(prompt)))


async def stream(prompt: str, scenario: str = "ok") -> str:
    async with SESSION.client(**settings(scenario)) as client:
        answer = await client.converse_stream(**asked(prompt))
        return "".join([delta(event) async for event in answer["stream"]])


async def call_inside_a_stream(prompt: str) -> tuple[str, str]:
    async with SESSION.client(**settings("ok")) as client:
        answer = await client.converse_stream(**asked(prompt))
        inside = await chat(prompt)
        return inside, "".join([delta(event) async for event in answer["stream"]])


async def invoked(prompt: str, scenario: str = "ok") -> str:
    async with SESSION.client(**settings(scenario)) as client:
        answer = await client.invoke_model(**invoking(prompt))
        return invoked_text(await answer["body"].read())


async def call_inside_an_answer(prompt: str) -> tuple[str, str]:
    async with SESSION.client(**settings("ok")) as client:
        answer = await client.invoke_model(**invoking(prompt))
        inside = await chat(prompt)
        return inside, invoked_text(await answer["body"].read())


async def invoked_stream(prompt: str, scenario: str = "ok") -> str:
    async with SESSION.client(**settings(scenario)) as client:
        answer = await client.invoke_model_with_response_stream(**invoking(prompt))
        return "".join([invoked_delta(event) async for event in answer["body"]])


async def embeddings(prompt: str) -> int:
    async with SESSION.client(**settings("ok")) as client:
        answer = await client.invoke_model(**embedding(prompt))
        return size(await answer["body"].read())


async def parallel(prompt: str) -> list:
    return list(await asyncio.gather(*(chat(prompt) for _ in range(3))))


run(
    {
        "chat": chat,
        "cached input": lambda prompt: chat(prompt, "cached"),
        "stream": stream,
        "stream with cached input": lambda prompt: stream(prompt, "cached"),
        "call inside a stream": call_inside_a_stream,
        "invoked": invoked,
        "invoked with cached input": lambda prompt: invoked(prompt, "cached"),
        "call inside an answer": call_inside_an_answer,
        "invoked stream": invoked_stream,
        "embeddings": embeddings,
        "parallel": parallel,
        "rate limit": lambda prompt: chat(prompt, "rate_limit"),
        "rate limit of a stream": lambda prompt: stream(prompt, "rate_limit"),
        "server error": lambda prompt: invoked(prompt, "server_error"),
    }
)
