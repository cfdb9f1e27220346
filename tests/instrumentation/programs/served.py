"""A web application whose every request is a call."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import openai

client = openai.AsyncOpenAI(base_url=f"{os.environ['PROVIDER']}/ok/v1", api_key="unused")
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
    answer = await client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "hi"}]
    )
    await send({"type": "http.response.start", "status": 200, "headers": []})
    text = answer.choices[0].message.content or ""
    await send({"type": "http.response.body", "body": text.encode()})
