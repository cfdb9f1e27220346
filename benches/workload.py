"""What is called: the OpenAI client against a canned answer that never leaves the process."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Final

import httpx2
import openai

CHUNKS: Final = 200
_MODEL: Final = "gpt-4o"
_MESSAGES: Final[Any] = [
    {"role": "system", "content": "Answer from the documents only, and say which one you used."},
    {
        "role": "user",
        "content": "How long do I have to send a pair of shoes back, and who pays? " * 4,
    },
]
_USAGE: Final = {
    "prompt_tokens": 90,
    "completion_tokens": CHUNKS,
    "total_tokens": 90 + CHUNKS,
    "prompt_tokens_details": {"cached_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0},
}


def _chunk(delta: dict[str, str], **more: object) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": more.pop("finish_reason", None)}
    whole = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": _MODEL}
    return f"data: {json.dumps({**whole, 'choices': [choice], 'usage': None, **more})}\n\n"


_STREAM: Final = "".join(
    (
        _chunk({"role": "assistant", "content": ""}),
        *(_chunk({"content": f"word{number} "}) for number in range(CHUNKS)),
        _chunk({}, finish_reason="stop"),
        _chunk({}, choices=[], usage=_USAGE),
        "data: [DONE]\n\n",
    )
).encode()
_COMPLETION: Final = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": _MODEL,
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "You have thirty days. " * 27},
            "finish_reason": "stop",
        }
    ],
    "usage": _USAGE,
}

KINDS: Final = ("call", "stream", "awaited call", "awaited stream")


def _respond(request: httpx2.Request) -> httpx2.Response:
    if b'"stream"' in request.content:
        headers = {"content-type": "text/event-stream"}
        return httpx2.Response(200, content=_STREAM, headers=headers)
    return httpx2.Response(200, json=_COMPLETION)


async def _respond_async(request: httpx2.Request) -> httpx2.Response:
    return _respond(request)


class Clients:
    """A client of each kind; no network, no retries."""

    def __init__(self) -> None:
        """Build both."""
        options: Any = {"api_key": "unused", "base_url": "http://model.test/v1", "max_retries": 0}
        self.sync: Any = openai.OpenAI(
            **options, http_client=httpx2.Client(transport=httpx2.MockTransport(_respond))
        )
        self.awaited: Any = openai.AsyncOpenAI(
            **options,
            http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(_respond_async)),
        )

    def actions(self, loop: asyncio.AbstractEventLoop) -> dict[str, Callable[[], object]]:
        """Return what can be measured, by kind."""

        def call() -> object:
            return self.sync.chat.completions.create(model=_MODEL, messages=_MESSAGES)

        def stream() -> None:
            for _ in self.sync.chat.completions.create(
                model=_MODEL, messages=_MESSAGES, stream=True
            ):
                pass

        async def awaited_call() -> object:
            return await self.awaited.chat.completions.create(model=_MODEL, messages=_MESSAGES)

        async def awaited_stream() -> None:
            async for _ in await self.awaited.chat.completions.create(
                model=_MODEL, messages=_MESSAGES, stream=True
            ):
                pass

        return dict(
            zip(
                KINDS,
                (
                    call,
                    stream,
                    lambda: loop.run_until_complete(awaited_call()),
                    lambda: loop.run_until_complete(awaited_stream()),
                ),
                strict=True,
            )
        )
