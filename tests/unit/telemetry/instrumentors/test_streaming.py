"""A stream that we read ends as it does when OpenTelemetry's own reader reads it."""

import asyncio
import gc
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from opentelemetry import trace
from opentelemetry.instrumentation.genai.openai import (  # pyright: ignore[reportMissingTypeStubs]
    OpenAIInstrumentor,
    chat_wrappers,
    response_wrappers,
)
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.util.genai import stream as upstream  # pyright: ignore[reportMissingTypeStubs]

from spansight.telemetry import guard
from spansight.telemetry.instrumentors import streaming
from support.openai_streams import (
    BODIES,
    CHAT,
    RESPONSES,
    STOP,
    TEXT,
    Json,
    Server,
    chunk,
)
from support.recording import Recorded

WRAPPERS: list[type] = [
    chat_wrappers.ChatStreamWrapper,
    chat_wrappers.AsyncChatStreamWrapper,
    response_wrappers.ResponseStreamWrapper,
    response_wrappers.AsyncResponseStreamWrapper,
]
CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"

Told = list[Json]


@pytest.fixture(scope="module")
def server() -> Server:
    return Server()


@contextmanager
def instrumented(*, lightened: bool, meters: Any = None) -> Generator[None]:  # noqa: ANN401 - either API's
    methods = [(cls, name) for cls in WRAPPERS for name in ("__iter__", "__aiter__")]
    before = {(cls, name): vars(cls)[name] for cls, name in methods if name in vars(cls)}
    for cls, name in before:
        delattr(cls, name)  # ours, left by a test that switched instrumentation on
    OpenAIInstrumentor().instrument(meter_provider=meters or NoOpMeterProvider())
    if lightened:
        streaming.lighten()
    try:
        yield
    finally:
        OpenAIInstrumentor().uninstrument()
        for cls, name in methods:
            if (cls, name) in before:
                setattr(cls, name, before[cls, name])
            elif name in vars(cls):
                delattr(cls, name)


End = Callable[[Any], object]


def to_the_end(stream: Any) -> list[Any]:  # noqa: ANN401 - a stream of either API
    return [one.model_dump(warnings=False) for one in stream]


def broken_off(stream: Any) -> None:  # noqa: ANN401
    for number, _ in enumerate(stream):
        if number == 2:
            break


def in_two_parts(stream: Any) -> list[Any]:  # noqa: ANN401
    broken_off(stream)
    return [next(stream).model_dump(), *to_the_end(stream), *to_the_end(stream)]


def closed(stream: Any) -> None:  # noqa: ANN401
    broken_off(stream)
    stream.close()


def left_block(stream: Any) -> None:  # noqa: ANN401
    with stream:
        broken_off(stream)


def raised_in_block(stream: Any) -> None:  # noqa: ANN401
    with stream:
        for _ in stream:
            raise KeyError("theirs")


ENDS: list[End] = [to_the_end, broken_off, in_two_parts, closed, left_block, raised_in_block]


async def a_to_the_end(stream: Any) -> list[Any]:  # noqa: ANN401
    return [one.model_dump() async for one in stream]


async def a_broken_off(stream: Any) -> None:  # noqa: ANN401
    number = 0
    async for _ in stream:
        number += 1
        if number == 3:
            break


async def a_in_two_parts(stream: Any) -> list[Any]:  # noqa: ANN401
    await a_broken_off(stream)
    return [(await anext(stream)).model_dump(), *await a_to_the_end(stream)]


async def a_closed(stream: Any) -> None:  # noqa: ANN401
    await a_broken_off(stream)
    await stream.close()


async def a_raised_in_block(stream: Any) -> None:  # noqa: ANN401
    async with stream:
        async for _ in stream:
            raise KeyError("theirs")


async def a_cancelled(stream: Any) -> None:  # noqa: ANN401
    reading = asyncio.current_task()
    assert reading
    number = 0
    async for _ in stream:
        number += 1
        if number == 3:
            reading.cancel()


A_ENDS = [a_to_the_end, a_broken_off, a_in_two_parts, a_closed, a_raised_in_block, a_cancelled]


def outcome(act: Callable[[], Any]) -> object:
    """Return what the application gets: a result or an error."""
    try:
        return act()
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - compared, not handled
        said = repr(error)
    gc.collect()  # the error's traceback may have held the stream
    return said


def told(recorded: Recorded) -> Told:
    """Return and forget what was recorded, but for times and ids."""
    names = {span.context.span_id: span.name for span in recorded.spans if span.context}
    shown = [
        {
            "name": span.name,
            "attributes": timeless(span.attributes or {}),
            "status": (span.status.status_code, span.status.description),
            "events": [event.name for event in span.events],
            "parent": span.parent and names.get(span.parent.span_id),
        }
        for span in recorded.spans
    ]
    shown += [
        {"event": e.event_name, "attributes": timeless(e.attributes)} for e in recorded.events
    ]
    recorded.spans_of.clear()
    recorded.events_of.clear()
    return shown


def timeless(attributes: Mapping[str, Any]) -> Json:
    return {key: "…" if "time_to" in key else value for key, value in attributes.items()}


def call(client: Any, api: str) -> Any:  # noqa: ANN401
    if api == "chat":
        messages = [{"role": "user", "content": "?"}]
        return client.chat.completions.create(model="gpt-4o", messages=messages, stream=True)
    return client.responses.create(model="gpt-4o", input="?", stream=True)


def compare(recorded: Recorded, run: Callable[[], Any]) -> tuple[Any, Told]:
    """Return what a run got and told, having found it the same by both readers."""
    found: list[tuple[object, Told]] = []
    for lightened in (False, True):
        with instrumented(lightened=lightened):
            found.append((outcome(run), told(recorded)))
    assert found[1] == found[0]
    return found[1]


def run(end: Callable[[Any], Coroutine[Any, Any, Any]], client: Any, api: str) -> Any:  # noqa: ANN401
    async def read() -> object:
        return await end(await call(client, api))

    return asyncio.run(read())


@pytest.mark.parametrize("capture", ["no_content", "event_only"])
@pytest.mark.parametrize("body", CHAT)
def test_what_chat_says_is_told_alike(
    recorded: Recorded, server: Server, monkeypatch: pytest.MonkeyPatch, capture: str, body: str
) -> None:
    monkeypatch.setenv(CAPTURE, capture)
    server.events, server.error = CHAT[body], None
    got, _ = compare(recorded, lambda: to_the_end(call(server.client, "chat")))
    assert len(got) == len(CHAT[body])
    compare(recorded, lambda: run(a_to_the_end, server.async_client, "chat"))


@pytest.mark.parametrize("body", RESPONSES)
def test_what_responses_say_is_told_alike(recorded: Recorded, server: Server, body: str) -> None:
    server.events, server.error = RESPONSES[body], None
    got, _ = compare(recorded, lambda: to_the_end(call(server.client, "responses")))
    assert len(got) == len(RESPONSES[body])
    compare(recorded, lambda: run(a_to_the_end, server.async_client, "responses"))


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("error", [None, httpx2.ReadError("cut")], ids=["whole", "cut"])
@pytest.mark.parametrize("end", ENDS)
def test_every_end_is_told_alike(
    recorded: Recorded, server: Server, api: str, error: Exception | None, end: End
) -> None:
    server.events, server.error = BODIES[api], error
    _, spans = compare(recorded, lambda: end(call(server.client, api)))
    assert [(span["name"], span["parent"]) for span in spans] == [
        ("GET", "chat gpt-4o"),
        ("chat gpt-4o", None),
    ]


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("error", [None, httpx2.ReadError("cut")], ids=["whole", "cut"])
@pytest.mark.parametrize("end", A_ENDS)
def test_every_end_is_told_alike_when_awaited(
    recorded: Recorded,
    server: Server,
    api: str,
    error: Exception | None,
    end: Callable[[Any], Coroutine[Any, Any, Any]],
) -> None:
    server.events, server.error = BODIES[api], error
    _, spans = compare(recorded, lambda: run(end, server.async_client, api))
    assert [(span["name"], span["parent"]) for span in spans] == [
        ("GET", "chat gpt-4o"),
        ("chat gpt-4o", None),
    ]


def test_the_clients_own_helpers_read_through_it(recorded: Recorded, server: Server) -> None:
    def chat() -> object:
        messages = [{"role": "user", "content": "?"}]
        with server.client.chat.completions.stream(model="gpt-4o", messages=messages) as stream:
            return stream.get_final_completion().choices[0].message.content

    def responses() -> object:
        with server.client.responses.stream(model="gpt-4o", input="?") as stream:
            return stream.get_final_response().id

    def raw() -> object:
        create = server.client.chat.completions.with_raw_response.create
        return to_the_end(create(model="gpt-4o", messages=[], stream=True).parse())

    server.error = None
    for body, act in ((CHAT["text"], chat), (BODIES["responses"], responses), (CHAT["text"], raw)):
        server.events = body
        compare(recorded, act)


def test_what_the_application_does_between_chunks_is_its_own(
    recorded: Recorded, server: Server
) -> None:
    server.events, server.error = CHAT["text"], None
    with instrumented(lightened=True):
        for _ in call(server.client, "chat"):
            trace.get_tracer("theirs").start_span("work").end()
    assert {span.name: span.parent is None for span in recorded.spans} == {
        "GET": False,
        "work": True,
        "chat gpt-4o": True,
    }


def test_a_stream_that_is_let_go_ends_at_once(recorded: Recorded, server: Server) -> None:
    server.events, server.error = CHAT["text"], None

    async def abandon() -> int:
        await a_broken_off(await call(server.async_client, "chat"))
        return len(recorded.spans)

    with instrumented(lightened=True):
        assert asyncio.run(abandon()) == 2


@pytest.mark.parametrize("content", ["no_content", "event_only"])
def test_a_shape_that_upstream_fails_on_does_not_reach_the_application(
    recorded: Recorded, server: Server, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setenv(CAPTURE, content)
    odd = {**chunk(), "choices": ["odd"]}
    server.events, server.error = [*TEXT, odd, STOP], None
    before = guard.errors().get("chunk of a stream", 0)
    with instrumented(lightened=True):
        got = to_the_end(call(server.client, "chat"))
    assert len(got) == len(server.events)
    assert guard.errors()["chunk of a stream"] == before + 1
    assert recorded.attributes("chat gpt-4o")["gen_ai.response.finish_reasons"] == ("stop",)


def test_a_meter_that_records_gets_every_chunk(recorded: Recorded, server: Server) -> None:
    server.events, server.error = CHAT["text"], None
    reader = InMemoryMetricReader()
    with instrumented(lightened=True, meters=MeterProvider(metric_readers=[reader])):
        to_the_end(call(server.client, "chat"))
    data: Any = reader.get_metrics_data()
    counts = {
        metric.name: metric.data.data_points[0].count
        for metric in data.resource_metrics[0].scope_metrics[0].metrics
    }
    assert counts["gen_ai.client.operation.time_per_output_chunk"] == len(CHAT["text"]) - 1
    assert len(recorded.spans) == 2


def test_the_installed_reader_is_the_known_one() -> None:
    """Where this fails, read what upstream changed, adapt `streaming`, and note the digest."""
    assert streaming.CODE.digest() == streaming.CODE.known


def test_an_unknown_reader_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, server: Server
) -> None:
    def _advance(self: Any, read: Callable[[], object]) -> object:  # noqa: ANN401
        return read() or self

    monkeypatch.setattr(upstream.SyncStreamWrapper, "_advance", _advance)
    server.events, server.error = CHAT["text"], None
    with caplog.at_level(logging.DEBUG), instrumented(lightened=True):
        stream = call(server.client, "chat")
        assert iter(stream) is stream
        stream.close()
    said = [one.getMessage() for one in caplog.records if one.name == "spansight.telemetry"]
    # What else of upstream has been imported by then may have more to say.
    (ours,) = [line for line in said if line.startswith("readers of streams: ")]
    assert ours.startswith("readers of streams: unknown code (")


def test_switching_on_puts_it_in_place() -> None:
    program = (
        "import spansight; spansight.instrument()\n"
        "import openai\n"
        f"from {streaming.INSTRUMENTATION} import chat_wrappers, response_wrappers\n"
        "print('__iter__' in vars(chat_wrappers.ChatStreamWrapper),\n"
        "      '__aiter__' in vars(response_wrappers.AsyncResponseStreamWrapper))"
    )
    quiet = {"OTEL_TRACES_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | quiet,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True True\n"
