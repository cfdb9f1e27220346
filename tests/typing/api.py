# pyright: reportUnnecessaryTypeIgnoreComment=true
"""The public names as a user types them: no test runs this, the type checker reads it."""

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from typing import Any, assert_type

import spansight
from spansight import rag


@spansight.trace_llm_call
def plain(question: str, *, temperature: float = 0.1) -> dict[str, int]:
    return {question: int(temperature)}


@spansight.trace_llm_call(model="local-1", feature="rag", operation="chat")
async def awaited(question: str) -> bytes:
    return question.encode()


@spansight.trace_llm_call("local-1")
def generated(count: int) -> Generator[int, str, bool]:
    return (yield count) == "done"


@spansight.context(feature="search", prompt=("answer", 3), user=42)
async def streamed(count: int) -> AsyncGenerator[int, None]:
    yield count


class Shop:
    @spansight.stage("answer")
    def answer(self, question: str) -> str:
        return question

    @classmethod
    @rag.search(top_k=5)
    def search(cls, query: str) -> list[str]:
        return [query]

    @staticmethod
    @rag.tool("weather")
    def weather(city: str) -> float:
        return float(len(city))


def decorated_functions_keep_their_types() -> None:
    assert_type(plain("Why?", temperature=0.5), dict[str, int])
    coroutine: Coroutine[Any, Any, bytes] = awaited("Why?")
    coroutine.close()
    assert_type(generated(1), Generator[int, str, bool])
    assert_type(streamed(1), AsyncGenerator[int, None])
    assert_type(Shop().answer("Why?"), str)
    assert_type(Shop.search("Why?"), list[str])
    assert_type(Shop.weather("Seoul"), float)
    passed_on: Callable[[str], str] = Shop().answer
    assert_type(passed_on("Why?"), str)


def wrong_arguments_are_still_found() -> None:
    plain(7)  # pyright: ignore[reportArgumentType] - the mistake that must be one
    Shop().answer()  # pyright: ignore[reportCallIssue] - likewise
    spansight.feedback(thumb="sideways")  # pyright: ignore[reportArgumentType] - likewise
    spansight.trace_llm_call(operation="chatting")  # pyright: ignore[reportArgumentType] - likewise


async def blocks_are_themselves() -> None:
    with rag.search(top_k=5) as search, rag.context() as context:
        search.results([])
        context.chunks([])
    async with rag.generation(model="local-1") as generation:
        assert_type(await awaited("Why?"), bytes)
        generation.answer("…")
    with spansight.variant("prompts", "kim", {"a": 1, "b": 1}) as arm:
        assert_type(arm.upper(), str)
