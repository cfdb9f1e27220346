"""The SDK of OpenAI, as an application uses it."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportArgumentType=false
# pyright: reportAssignmentType=false, reportAttributeAccessIssue=false

import asyncio
import json

from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionChunk
from steps import WEATHER, base_url, run

KEY = "unused"
MODEL = "gpt-4o"
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def client(scenario: str = "ok") -> OpenAI:
    return OpenAI(base_url=f"{base_url(scenario)}/v1", api_key=KEY, max_retries=0)


def async_client(scenario: str = "ok") -> AsyncOpenAI:
    return AsyncOpenAI(base_url=f"{base_url(scenario)}/v1", api_key=KEY, max_retries=0)


def asked(prompt: str) -> dict:
    return {"model": MODEL, "messages": [{"role": "user", "content": prompt}]}


def streamed(prompt: str) -> dict:
    return asked(prompt) | {"stream": True, "stream_options": {"include_usage": True}}


def text(chunk: ChatCompletionChunk) -> str:
    return "".join(choice.delta.content or "" for choice in chunk.choices)


def chat(prompt: str, scenario: str = "ok") -> str | None:
    return client(scenario).chat.completions.create(**asked(prompt)).choices[0].message.content


def stream(prompt: str) -> str:
    return "".join(map(text, client().chat.completions.create(**streamed(prompt))))


def stream_without_usage(prompt: str) -> str:
    return "".join(map(text, client().chat.completions.create(**asked(prompt), stream=True)))


def tool_call(prompt: str) -> tuple[str, str | None]:
    model = client("tool_call")
    messages: list = [{"role": "user", "content": prompt}]
    asks = model.chat.completions.create(model=MODEL, messages=messages, tools=[TOOL])
    message = asks.choices[0].message
    (call,) = message.tool_calls or ()
    city = json.loads(call.function.arguments)["city"]
    messages += [message, {"role": "tool", "tool_call_id": call.id, "content": WEATHER}]
    answer = model.chat.completions.create(model=MODEL, messages=messages, tools=[TOOL])
    return city, answer.choices[0].message.content


def responses(prompt: str) -> str:
    return client().responses.create(model=MODEL, input=prompt).output_text


def embeddings(prompt: str) -> list[float]:
    made = client().embeddings.create(model="text-embedding-3-small", input=prompt, dimensions=4)
    return made.data[0].embedding


async def asynchronous(prompt: str) -> str | None:
    answer = await async_client().chat.completions.create(**asked(prompt))
    return answer.choices[0].message.content


async def asynchronous_stream(prompt: str) -> str:
    stream = await async_client().chat.completions.create(**streamed(prompt))
    return "".join([text(chunk) async for chunk in stream])


async def parallel(prompt: str) -> list:
    return list(await asyncio.gather(*(asynchronous(prompt) for _ in range(3))))


run(
    {
        "chat": chat,
        "cached input": lambda prompt: chat(prompt, "cached"),
        "reasoning": lambda prompt: chat(prompt, "reasoning"),
        "stream": stream,
        "stream without usage": stream_without_usage,
        "tool call": tool_call,
        "responses": responses,
        "embeddings": embeddings,
        "asynchronous": asynchronous,
        "asynchronous stream": asynchronous_stream,
        "parallel": parallel,
        "rate limit": lambda prompt: chat(prompt, "rate_limit"),
        "server error": lambda prompt: chat(prompt, "server_error"),
    }
)
