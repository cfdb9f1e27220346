"""Functions that are calls to models because a decorator says so, and what they tell."""

import asyncio
import inspect
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry import trace

import spansight
from spansight.conventions import attributes
from spansight.telemetry.calls import record_response
from support.local_model import (
    ANSWER,
    ANSWERED,
    CALL,
    CHUNKS,
    STREAMED,
    Stream,
    awaited,
    generated,
    opened,
    opened_later,
    plain,
    read,
    streamed,
)
from support.recording import Recorded


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


def test_a_method_reads_its_arguments_however_it_is_called(recorded: Recorded) -> None:
    class Client:
        @spansight.trace_llm_call
        def ask(self, model: str, temperature: float) -> None:
            assert model
            assert temperature

    client = Client()
    client.ask("bound", 0.1)
    Client.ask(client, "unbound", temperature=0.2)
    client.ask(temperature=0.3, model="bound again")
    for name, temperature in (("bound", 0.1), ("unbound", 0.2), ("bound again", 0.3)):
        said = recorded.attributes(f"chat {name}")
        assert said[attributes.REQUEST_TEMPERATURE] == temperature


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
