"""A web application, by ASGI and by WSGI, whose every request is a call."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import openai

URL = f"{os.environ['PROVIDER']}/ok/v1"
Message = dict[str, Any]


async def app(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    async with openai.AsyncOpenAI(base_url=URL, api_key="unused") as client:
        answer = await client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "hi"}]
        )
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": said(answer.choices[0].message.content)})


def wsgi(
    environ: Message,  # noqa: ARG001 - WSGI's
    start_response: Callable[[str, list[tuple[str, str]]], object],
) -> list[bytes]:
    with openai.OpenAI(base_url=URL, api_key="unused") as client:
        answer = client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "hi"}]
        )
    start_response("200 OK", [])
    return [said(answer.choices[0].message.content)]


def said(text: str | None) -> bytes:
    return f"{os.getpid()} {text}".encode()
