"""A model that nobody instruments: what it answers, and every kind of function that asks it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from dirty_equals import IsFloat

import spansight

ANSWER: dict[str, Any] = {
    "id": "r-1",
    "model": "local-1-2026",
    "choices": [{"finish_reason": "stop", "message": {"content": "Hi."}}],
    "usage": {"prompt_tokens": 12, "completion_tokens": 3},
}
TOKENS = {"gen_ai.usage.input_tokens": 12, "gen_ai.usage.output_tokens": 3}
ANSWERED: dict[str, Any] = {
    "spansight.team": "core",
    "spansight.stage": "ask",
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "local-1",
    "gen_ai.response.id": "r-1",
    "gen_ai.response.model": "local-1-2026",
    "gen_ai.response.finish_reasons": ("stop",),
    **TOKENS,
}
CHUNKS: tuple[Any, ...] = (
    {"id": "r-1", "model": "local-1-2026", "choices": [{"delta": {"content": "H"}}]},
    {"choices": [{"delta": {"content": "i."}, "finish_reason": "stop"}]},
    {"choices": [], "usage": ANSWER["usage"]},
)
STREAMED = {
    **ANSWERED,
    "gen_ai.request.stream": True,
    "gen_ai.response.time_to_first_chunk": IsFloat(ge=0, lt=10),
}
CALL = "chat local-1"


@spansight.trace_llm_call("local-1")
def plain() -> dict[str, Any]:
    return ANSWER


@spansight.trace_llm_call("local-1")
async def awaited() -> dict[str, Any]:
    return ANSWER


@spansight.trace_llm_call("local-1")
def generated() -> Iterator[Any]:
    yield from CHUNKS


@spansight.trace_llm_call("local-1")
async def streamed() -> AsyncIterator[Any]:
    for chunk in CHUNKS:
        yield chunk


class Stream:
    """A stream as SDKs have them: an iterator with more to it."""

    def __init__(self, chunks: tuple[Any, ...] = CHUNKS) -> None:
        self._chunks = iter(chunks)
        self.status = 200
        self.closed = False

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> object:
        chunk = next(self._chunks)
        if isinstance(chunk, Exception):
            raise chunk
        return chunk

    def close(self) -> None:
        self.closed = True


class AsyncStream:
    """The same, for coroutines."""

    def __init__(self) -> None:
        self._chunks = iter(CHUNKS)
        self.closed = False

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> object:
        try:
            return next(self._chunks)
        except StopIteration:
            raise StopAsyncIteration from None

    async def close(self) -> None:
        self.closed = True


@spansight.trace_llm_call("local-1")
def opened(*chunks: object) -> Stream:
    return Stream(chunks or CHUNKS)


@spansight.trace_llm_call("local-1")
async def opened_later() -> AsyncStream:
    return AsyncStream()


async def read(stream: AsyncIterator[Any]) -> list[Any]:
    return [chunk async for chunk in stream]
