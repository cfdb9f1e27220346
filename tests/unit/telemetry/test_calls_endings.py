"""How calls of decorated functions end: left, broken, cancelled, or with an error."""

import asyncio
import gc
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry import trace

import spansight
from spansight.conventions import attributes
from support.local_model import CALL, CHUNKS, generated, opened, streamed
from support.recording import Recorded


class WordlessError(Exception):
    """An error that fails to say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize("leave", ["close", "drop", "throw"])
@pytest.mark.parametrize("make", [generated, opened])
def test_a_stream_that_is_left_is_a_call_that_ends(
    recorded: Recorded, make: Callable[[], Any], leave: str
) -> None:
    stream = make()
    next(stream)
    assert not recorded.spans
    if leave == "close":
        stream.close()
    elif leave == "throw" and make is generated:
        with pytest.raises(LookupError):
            stream.throw(LookupError("theirs"))
    del stream
    gc.collect()
    (span,) = recorded.spans
    failed = leave == "throw" and make is generated
    assert (span.status.status_code is trace.StatusCode.ERROR) == failed
    assert span.name == CALL
    assert attributes.INPUT_TOKENS not in (span.attributes or {}), "unknown is not 0"


def test_an_async_stream_that_is_left_is_a_call_that_ends(recorded: Recorded) -> None:
    async def leave() -> None:
        stream = streamed()
        await anext(stream)
        del stream
        gc.collect()
        await asyncio.sleep(0)

    asyncio.run(leave())
    (span,) = recorded.spans
    assert span.status.status_code is trace.StatusCode.UNSET


def test_a_generator_that_is_never_read_makes_no_call(recorded: Recorded) -> None:
    assert inspect.isgenerator(generated())
    assert not recorded.spans


def test_an_error_passes_unchanged_and_is_told(recorded: Recorded) -> None:
    error = TimeoutError("gave up")

    @spansight.trace_llm_call("local-1")
    def ask() -> None:
        raise error

    with pytest.raises(TimeoutError) as raised:
        ask()
    assert raised.value is error
    (span,) = recorded.spans
    assert recorded.attributes(CALL)[attributes.ERROR_TYPE] == "TimeoutError"
    assert span.status.status_code is trace.StatusCode.ERROR
    assert [event.name for event in span.events] == ["exception"]


def test_an_error_without_words_passes_too_and_is_told_by_its_type(recorded: Recorded) -> None:
    error = WordlessError()

    @spansight.trace_llm_call("local-1")
    def ask() -> None:
        raise error

    with pytest.raises(WordlessError) as raised, spansight.stage("answer"):
        ask()
    assert raised.value is error
    assert [span.name for span in recorded.spans] == [CALL, "answer"]
    for span in recorded.spans:
        assert span.status.status_code is trace.StatusCode.ERROR
        assert str((span.attributes or {})[attributes.ERROR_TYPE]).endswith("WordlessError")


def test_a_stream_that_breaks_is_told_with_what_came_before(recorded: Recorded) -> None:
    stream = opened(CHUNKS[0], ConnectionResetError("theirs"))
    with pytest.raises(ConnectionResetError, match="theirs"):
        list(stream)
    said = recorded.attributes(CALL)
    assert said[attributes.ERROR_TYPE] == "ConnectionResetError"
    assert said[attributes.RESPONSE_ID] == "r-1"


def test_a_cancelled_call_has_failed(recorded: Recorded) -> None:
    @spansight.trace_llm_call("local-1")
    async def ask() -> None:
        await asyncio.sleep(60)

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(), 0.01)

    asyncio.run(give_up())
    (span,) = recorded.spans
    assert span.status.status_code is trace.StatusCode.ERROR
    assert (span.attributes or {})[attributes.ERROR_TYPE] == "CancelledError"
