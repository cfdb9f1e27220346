"""The SDK of Anthropic, as an application uses it."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportArgumentType=false
# pyright: reportAssignmentType=false, reportAttributeAccessIssue=false

import asyncio

from anthropic import Anthropic, AsyncAnthropic
from anthropic.types import Message, RawMessageStreamEvent
from steps import WEATHER, base_url, run

MODEL = "claude-sonnet-4-6"
TOOL = {
    "name": "weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}


def client(scenario: str = "ok") -> Anthropic:
    return Anthropic(base_url=base_url(scenario), api_key="unused", max_retries=0)


def async_client() -> AsyncAnthropic:
    return AsyncAnthropic(base_url=base_url(), api_key="unused", max_retries=0)


def asked(prompt: str) -> dict:
    messages = [{"role": "user", "content": prompt}]
    return {"model": MODEL, "max_tokens": 64, "messages": messages}


def text(message: Message) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


def delta(event: RawMessageStreamEvent) -> str:
    found = event.type == "content_block_delta" and event.delta.type == "text_delta"
    return event.delta.text if found else ""


def chat(prompt: str, scenario: str = "ok") -> str:
    return text(client(scenario).messages.create(**asked(prompt)))


def stream(prompt: str, scenario: str = "ok") -> str:
    return "".join(map(delta, client(scenario).messages.create(**asked(prompt), stream=True)))


def stream_helper(prompt: str) -> tuple[str, int]:
    with client().messages.stream(**asked(prompt)) as stream:
        return "".join(stream.text_stream), stream.get_final_message().usage.output_tokens


def call_inside_a_stream(prompt: str) -> tuple[str, str]:
    events = client().messages.create(**asked(prompt), stream=True)
    return chat(prompt), "".join(map(delta, events))


def tool_call(prompt: str) -> tuple[object, str]:
    model, asks = client("tool_call"), asked(prompt) | {"tools": [TOOL]}
    message = model.messages.create(**asks)
    (call,) = message.content
    result = {"type": "tool_result", "tool_use_id": call.id, "content": WEATHER}
    asks["messages"] += [
        {"role": "assistant", "content": [call.model_dump()]},
        {"role": "user", "content": [result]},
    ]
    return call.input, text(model.messages.create(**asks))


async def asynchronous(prompt: str) -> str:
    return text(await async_client().messages.create(**asked(prompt)))


async def asynchronous_stream(prompt: str) -> str:
    stream = await async_client().messages.create(**asked(prompt), stream=True)
    return "".join([delta(event) async for event in stream])


async def parallel(prompt: str) -> list:
    return list(await asyncio.gather(*(asynchronous(prompt) for _ in range(3))))


run(
    {
        "chat": chat,
        "cached input": lambda prompt: chat(prompt, "cached"),
        "stream": stream,
        "stream with cached input": lambda prompt: stream(prompt, "cached"),
        "stream helper": stream_helper,
        "call inside a stream": call_inside_a_stream,
        "tool call": tool_call,
        "asynchronous": asynchronous,
        "asynchronous stream": asynchronous_stream,
        "parallel": parallel,
        "rate limit": lambda prompt: chat(prompt, "rate_limit"),
        "server error": lambda prompt: chat(prompt, "server_error"),
    }
)
