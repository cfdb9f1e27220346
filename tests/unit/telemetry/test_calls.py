"""Functions that are calls to models because a decorator says so."""

import asyncio
import gc
import inspect
import pickle
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from dirty_equals import IsFloat
from opentelemetry import trace

import spansight
from spansight.conventions import attributes
from spansight.telemetry.calls import record_response
from support.recording import Recorded

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


def test_what_is_said_and_read_is_on_the_span(recorded: Recorded) -> None:
    @spansight.trace_llm_call(model="local-1", feature="rag", provider="our.cluster")
    def ask(question: str, temperature: float = 0.1, **more: object) -> dict[str, Any]:
        assert question
        assert more
        assert temperature
        return ANSWER

    assert ask("Why?", max_tokens=50) is ANSWER
    assert recorded.attributes(CALL) == {
        **ANSWERED,
        "spansight.feature": "rag",
        "gen_ai.provider.name": "our.cluster",
        "gen_ai.request.temperature": 0.1,
        "gen_ai.request.max_tokens": 50,
    }
    (span,) = recorded.spans
    assert span.kind is trace.SpanKind.CLIENT


def test_it_needs_no_arguments_at_all(recorded: Recorded) -> None:
    @spansight.trace_llm_call
    def ask(model: str) -> dict[str, Any]:
        assert model
        return ANSWER

    ask("local-1")
    assert recorded.attributes(CALL) == ANSWERED


def test_an_embedding_is_one(recorded: Recorded) -> None:
    @spansight.trace_llm_call("e-1", operation="embeddings")
    def embed() -> dict[str, Any]:
        return {"usage": {"prompt_tokens": 5}, "data": [[0.1]]}

    embed()
    said = recorded.attributes("embeddings e-1")
    assert said[attributes.INPUT_TOKENS] == 5
    assert attributes.OUTPUT_TOKENS not in said


@pytest.mark.parametrize("kind", ["plain", "async", "generator", "async generator"])
def test_the_feature_is_told_of_every_kind(recorded: Recorded, kind: str) -> None:
    decorate = spansight.trace_llm_call("local-1", "rag")
    run: dict[str, Callable[[], object]] = {
        "plain": decorate(plain),
        "async": lambda: asyncio.run(decorate(awaited)()),
        "generator": lambda: list(decorate(generated)()),
        "async generator": lambda: asyncio.run(read(decorate(streamed)())),
    }
    run[kind]()
    for span in recorded.spans:
        assert (span.attributes or {})["spansight.feature"] == "rag"


def test_methods_are_calls(recorded: Recorded) -> None:
    class Client:
        @spansight.trace_llm_call("local-1")
        def ask(self, temperature: float) -> "Client":
            assert temperature
            return self

        @spansight.trace_llm_call("local-1")
        async def ask_later(self) -> dict[str, Any]:
            return ANSWER

    client = Client()
    assert client.ask(0.5) is client
    assert asyncio.run(client.ask_later()) is ANSWER
    first, second = recorded.spans
    assert (first.attributes or {})["gen_ai.request.temperature"] == 0.5
    assert (second.attributes or {})["gen_ai.usage.input_tokens"] == 12


def test_an_answer_that_the_function_keeps_can_be_told(recorded: Recorded) -> None:
    @spansight.trace_llm_call("local-1")
    def ask() -> str:
        with spansight.stage("parsing"):
            record_response(ANSWER)
        return "Hi."

    assert ask() == "Hi."
    assert recorded.attributes(CALL) == ANSWERED
    record_response(ANSWER)


def test_an_operation_that_is_none_is_one_line(
    recorded: Recorded, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spansight.settings._said", set[str]())
    wrong: Any = "chatting"

    @spansight.trace_llm_call("local-1", operation=wrong)
    def ask() -> None:
        pass

    ask()
    assert recorded.attributes(CALL)["gen_ai.operation.name"] == "chat"
    assert capsys.readouterr().err == (
        "spansight: trace_llm_call(operation='chatting'): expected one of chat, text_completion, "
        "generate_content, embeddings; using 'chat'\n"
    )


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


async def open_and_read() -> list[Any]:
    return await read(await opened_later())


@pytest.mark.parametrize(
    ("run", "result", "expected"),
    [
        (plain, ANSWER, ANSWERED),
        (lambda: asyncio.run(awaited()), ANSWER, ANSWERED),
        (lambda: list(generated()), list(CHUNKS), STREAMED),
        (lambda: asyncio.run(read(streamed())), list(CHUNKS), STREAMED),
        (lambda: list(opened()), list(CHUNKS), STREAMED),
        (lambda: asyncio.run(open_and_read()), list(CHUNKS), STREAMED),
    ],
    ids=["plain", "async", "generator", "async generator", "stream", "async stream"],
)
def test_every_kind_of_function_is_one_call(
    recorded: Recorded, run: Callable[[], Any], result: object, expected: dict[str, Any]
) -> None:
    assert run() == result
    (span,) = recorded.spans
    name = (span.attributes or {})["spansight.stage"]
    assert (span.name, dict(span.attributes or {})) == (CALL, {**expected, "spansight.stage": name})
    assert span.status.status_code is trace.StatusCode.UNSET


@pytest.mark.parametrize("function", [plain, awaited, generated, streamed, opened])
def test_a_function_stays_what_it_is(function: Callable[..., object]) -> None:
    bare = inspect.unwrap(function)
    for predicate in (
        inspect.iscoroutinefunction,
        inspect.isgeneratorfunction,
        inspect.isasyncgenfunction,
    ):
        assert predicate(function) == predicate(bare)
    assert inspect.signature(function) == inspect.signature(bare)
    assert pickle.loads(pickle.dumps(function)) is function  # noqa: S301 - our own bytes


def test_a_stream_stays_what_it_is(recorded: Recorded) -> None:
    stream = opened()
    assert isinstance(stream, Stream)
    assert (stream.status, stream.closed) == (200, False)
    assert next(stream) == CHUNKS[0]
    stream.close()
    assert stream.closed
    assert len(recorded.spans) == 1


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


def test_a_call_inside_is_the_call_and_the_function_a_step(recorded: Recorded) -> None:
    @spansight.trace_llm_call("local-1", feature="rag")
    def outer() -> dict[str, Any]:
        return plain()

    outer()
    inner, step = recorded.spans
    assert (inner.name, step.name) == (CALL, "outer")
    assert inner.parent == step.context
    assert (inner.attributes or {})["spansight.feature"] == "rag"
    assert dict(step.attributes or {}) == {
        "spansight.team": "core",
        "spansight.feature": "rag",
        "spansight.stage": "outer",
        "gen_ai.request.model": "local-1",
    }


def test_a_function_inside_an_instrumented_call_is_a_step_of_it(recorded: Recorded) -> None:
    said = {attributes.OPERATION_NAME: "chat"}
    with trace.get_tracer("framework").start_as_current_span("chat x", attributes=said):
        plain()
    assert attributes.OPERATION_NAME not in recorded.attributes("plain")
    assert attributes.INPUT_TOKENS not in recorded.attributes("plain")


def test_two_calls_inside_are_two_calls(recorded: Recorded) -> None:
    @spansight.trace_llm_call("local-1")
    def outer() -> Iterator[Any]:
        yield plain()
        yield plain()

    assert list(outer()) == [ANSWER, ANSWER]
    assert [span.name for span in recorded.spans] == [CALL, CALL, "outer"]


def test_a_response_that_cannot_be_read_does_no_harm(recorded: Recorded) -> None:
    class Broken:
        @property
        def usage(self) -> object:
            raise RuntimeError("broken")

    broken = Broken()

    @spansight.trace_llm_call("local-1")
    def ask() -> Iterator[Any]:
        yield broken
        return broken

    assert list(ask()) == [broken]
    assert recorded.attributes(CALL)[attributes.OPERATION_NAME] == "chat"


def test_nothing_changes_where_nothing_records() -> None:
    stream = opened()
    assert type(stream) is Stream
    assert plain() is ANSWER
    assert list(generated()) == list(CHUNKS)
