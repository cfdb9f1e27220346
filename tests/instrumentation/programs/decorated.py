"""Decorated functions around OpenAI's client, each in a stage of its own name."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import openai
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessageParam

import spansight

MODEL = "gpt-4o"
MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hi"}]

base_url = f"{os.environ['PROVIDER']}/ok/v1"
client = openai.OpenAI(base_url=base_url, api_key="unused")
failing = openai.OpenAI(
    base_url=f"{os.environ['PROVIDER']}/rate_limit/v1", api_key="unused", max_retries=0
)


def async_client() -> openai.AsyncOpenAI:
    """Return one for the event loop that runs."""
    return openai.AsyncOpenAI(base_url=base_url, api_key="unused")


@spansight.trace_llm_call(model=MODEL, feature="rag")
async def generate_rag_answer(query: str, context: str) -> ChatCompletion:
    assert query
    assert context
    return await async_client().chat.completions.create(
        model=MODEL, messages=MESSAGES, temperature=0.1, user="kim@example.com"
    )


@spansight.trace_llm_call(model=MODEL, feature="rag")
def plain() -> ChatCompletion:
    return client.chat.completions.create(model=MODEL, messages=MESSAGES)


@spansight.trace_llm_call(model=MODEL, feature="rag")
def stream() -> openai.Stream[ChatCompletionChunk]:
    return client.chat.completions.create(
        model=MODEL, messages=MESSAGES, stream=True, stream_options={"include_usage": True}
    )


@spansight.trace_llm_call(model=MODEL, feature="rag")
def generator() -> Iterator[str]:
    for chunk in stream():
        if chunk.choices and chunk.choices[0].delta.content:
            yield chunk.choices[0].delta.content


@spansight.trace_llm_call(model=MODEL, feature="rag")
async def async_generator() -> AsyncIterator[str]:
    chunks = await async_client().chat.completions.create(
        model=MODEL, messages=MESSAGES, stream=True, stream_options={"include_usage": True}
    )
    async for chunk in chunks:
        if chunk.choices and chunk.choices[0].delta.content:
            yield chunk.choices[0].delta.content


@spansight.trace_llm_call(model=MODEL, feature="rag")
def refused() -> ChatCompletion:
    return failing.chat.completions.create(model=MODEL, messages=MESSAGES)


async def joined() -> str:
    return "".join([text async for text in async_generator()])


def told() -> str:
    try:
        return str(refused())
    except openai.RateLimitError as error:
        return type(error).__name__


RUNS = {
    "coroutine": lambda: asyncio.run(generate_rag_answer("q", "c")).choices[0].message.content,
    "function": lambda: plain().choices[0].message.content,
    "stream": lambda: str(sum(bool(chunk.choices) for chunk in stream())),
    "generator": lambda: "".join(generator()),
    "async generator": lambda: asyncio.run(joined()),
    "error": told,
}
for name, run in RUNS.items():
    with spansight.stage(name):
        answer = run()
    os.write(1, f"{name}: {answer}\n".encode())
