"""Calls as few make them: what they ask can be read once only, or what they raise has no text."""

import asyncio
import enum
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import openai

import spansight

BASE_URL = f"{os.environ['PROVIDER']}/ok/v1"
TOOL: dict[str, Any] = {"type": "function", "function": {"name": "search", "parameters": {}}}


class Model(str, enum.Enum):  # noqa: UP042 - as many have them, and other than StrEnum as text
    """Models, as many applications list them."""

    LARGE = "gpt-4o"


class WordlessError(Exception):
    """An error that fails to say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


def shown(request: httpx2.Request) -> None:
    print(json.dumps(json.loads(request.content)))  # noqa: T201 - what was asked for


async def shown_later(request: httpx2.Request) -> None:
    shown(request)


def fail(_: httpx2.Response) -> None:
    raise WordlessError


async def fail_later(_: httpx2.Response) -> None:
    raise WordlessError


def client(**hooks: Any) -> Any:  # noqa: ANN401 - what is asked oddly is not typed
    http = httpx2.Client(event_hooks=hooks)
    return openai.OpenAI(base_url=BASE_URL, api_key="unused", max_retries=0, http_client=http)


def async_client(**hooks: Any) -> Any:  # noqa: ANN401 - likewise
    http = httpx2.AsyncClient(event_hooks=hooks)
    return openai.AsyncOpenAI(base_url=BASE_URL, api_key="unused", max_retries=0, http_client=http)


def once() -> dict[str, Any]:
    """Return arguments that can be read once, on every level where the client takes such."""

    def messages() -> Iterator[dict[str, Any]]:
        called = {
            "id": "c-1",
            "type": "function",
            "function": {"name": "search", "arguments": "{}"},
        }
        yield {"role": "user", "content": iter([{"type": "text", "text": "Why?"}])}
        yield {"role": "assistant", "tool_calls": iter([called])}
        yield {"role": "tool", "tool_call_id": "c-1", "content": "Because."}

    return {"model": Model.LARGE, "messages": messages(), "tools": iter([TOOL])}


sent, failing = client(request=[shown]), client(response=[fail])
MESSAGES: Any = [{"role": "user", "content": "Why?"}]
CALLS: dict[str, Callable[[], Any]] = {
    "once": lambda: sent.chat.completions.create(**once()).choices[0].message.content,
    "once, streamed": lambda: len(list(sent.chat.completions.create(**once(), stream=True))),
    "once, raw": lambda: sent.chat.completions.with_raw_response.create(**once()).status_code,
    "once, awaited": lambda: (
        asyncio.run(async_client(request=[shown_later]).chat.completions.create(**once())).model
    ),
    "wordless chat": lambda: failing.chat.completions.create(model="gpt-4o", messages=MESSAGES),
    "wordless stream": lambda: failing.chat.completions.create(
        model="gpt-4o", messages=MESSAGES, stream=True
    ),
    "wordless response": lambda: failing.responses.create(model="gpt-4o", input="Why?"),
    "wordless embedding": lambda: failing.embeddings.create(model="gpt-4o", input="Why?"),
    "wordless, awaited": lambda: asyncio.run(
        async_client(response=[fail_later]).chat.completions.create(
            model="gpt-4o", messages=MESSAGES
        )
    ),
}
for name, call in CALLS.items():
    try:
        with spansight.stage(name):
            answer = call()
    except Exception as error:  # noqa: BLE001 - whatever the application would see
        answer = f"raised {type(error).__qualname__}"
    sys.stdout.write(f"{name}: {answer}\n")
