"""What OpenAI streams, chunk by chunk and event by event, and clients that read it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import openai
from opentelemetry import trace

Json = dict[str, Any]

USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def choice(delta: Json | None, finish: str | None = None, index: int = 0) -> Json:
    return {"index": index, "delta": delta, "finish_reason": finish}


def chunk(*choices: Json, **more: Any) -> Json:  # noqa: ANN401 - whatever a server sends
    whole = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-x"}
    return {**whole, "choices": list(choices), **more}


def tool(arguments: str) -> Json:
    function = {"name": "look", "arguments": arguments}
    return {"tool_calls": [{"index": 0, "id": "t-1", "type": "function", "function": function}]}


TEXT = [
    chunk(choice({"role": "assistant"})),
    *[chunk(choice({"content": f"w{i} "})) for i in "123"],
]
STOP = chunk(choice({}, "stop"))
CHAT: dict[str, list[Json]] = {
    "text": [*TEXT, STOP, chunk(usage=USAGE)],
    "no usage": [*TEXT, STOP],
    "no finish": TEXT,
    "empty": [],
    "usage on every chunk": [{**one, "usage": USAGE} for one in TEXT],
    "tier on every chunk": [{**one, "service_tier": "flex"} for one in (*TEXT, STOP)],
    "late tier": [*TEXT, {**STOP, "service_tier": "flex"}],
    "late id": [chunk(id="", model="", prompt_filter_results=[]), *TEXT, STOP],
    "no id at all": [{**one, "id": ""} for one in (*TEXT, STOP)],
    "two choices": [
        chunk(choice({"content": "a"}), choice({"content": "b"}, index=1)),
        chunk(choice({"content": "c"}, index=1), choice({"content": "d"})),
        chunk(choice({}, "length", index=1)),
        STOP,
    ],
    "a second choice later": [*TEXT, chunk(choice({"content": "z"}, index=1)), STOP],
    "tool call": [TEXT[0], chunk(choice(tool('{"a"'))), chunk(choice(tool(": 1}"))), STOP],
    "nulls": [*TEXT, chunk(choice(None)), {**chunk(), "choices": None}, STOP],
    "refusal": [
        TEXT[0],
        chunk(choice({"refusal": "I "})),
        chunk(choice({"refusal": "won't"})),
        STOP,
    ],
}

RESPONSE: Json = {
    "id": "r-1",
    "object": "response",
    "model": "gpt-4o-x",
    "status": "completed",
    "output": [],
    "usage": {"input_tokens": 7, "output_tokens": 3, "total_tokens": 10},
}
SAID: list[Json] = [
    {"type": "response.created", "response": RESPONSE},
    *[
        {"type": "response.output_text.delta", "delta": "w", "item_id": "m", "content_index": 0}
        for _ in range(3)
    ],
]
RESPONSES: dict[str, list[Json]] = {
    "completed": [*SAID, {"type": "response.completed", "response": RESPONSE}],
    "incomplete": [*SAID, {"type": "response.incomplete", "response": RESPONSE}],
    "failed": [*SAID, {"type": "response.failed", "response": {**RESPONSE, "status": "failed"}}],
    "compacted": [*SAID, {"type": "response.output_item.done", "item": {"type": "compaction"}}],
    "cut": SAID,
}

BODIES = {"chat": CHAT["text"], "responses": RESPONSES["completed"]}


class Body(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """One event a read; opens a span in the first as an instrumented HTTP client would."""

    def __init__(self, events: list[Json], error: Exception | None) -> None:
        self.events, self.error = iter(events), error
        self.requested = False

    def __iter__(self) -> Iterator[bytes]:
        if not self.requested:
            trace.get_tracer("http").start_span("GET").end()
        self.requested = True
        for event in self.events:
            kind = f"event: {event['type']}\n" if "type" in event else ""
            yield f"{kind}data: {json.dumps(event)}\n\n".encode()
        if self.error:
            raise self.error
        yield b"data: [DONE]\n\n"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for line in iter(Body.__iter__(self)):
            await asyncio.sleep(0)
            yield line

    async def aclose(self) -> None:
        self.close()


class Server:
    """What the clients reach; they take a while to build, so there is one pair."""

    def __init__(self) -> None:
        self.events: list[Json] = []
        self.error: Exception | None = None
        options: Any = {"api_key": "unused", "base_url": "http://test/v1", "max_retries": 0}
        transport = httpx2.MockTransport(self.respond)
        self.client: Any = openai.OpenAI(**options, http_client=httpx2.Client(transport=transport))
        self.async_client: Any = openai.AsyncOpenAI(
            **options, http_client=httpx2.AsyncClient(transport=transport)
        )

    def respond(self, _: httpx2.Request) -> httpx2.Response:
        headers = {"content-type": "text/event-stream"}
        return httpx2.Response(200, stream=Body(self.events, self.error), headers=headers)
