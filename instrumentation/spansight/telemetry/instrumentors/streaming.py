# ruff: noqa: SLF001 - a stand-in works on the state of what it stands in for
# pyright: reportPrivateUsage=false
"""Reads OpenAI's streams at a fraction of what OpenTelemetry's own reader adds to each chunk.

That reader makes the call's span current around every read, looks through every chunk, and offers
each to a metric that we never record.  Ours lets it see the chunks that say something: the first
ones, those that carry more than text, and the end, however it comes.  Reads in between only parse
a response that is already open, so nothing starts a span in them.

It stands in for code that it knows by digest; where that differs, streams stay as they are.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Final, Protocol, Self, TypeVar

from opentelemetry.metrics import NoOpHistogram

from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors import upstream

INSTRUMENTATION: Final = "opentelemetry.instrumentation.genai.openai"

CODE: Final = upstream.Code(
    {
        "opentelemetry.util.genai.stream": (
            "_StreamTelemetry._execution_context",
            "_StreamTelemetry._finalize_success",
            "_StreamTelemetry._finalize_failure",
            "SyncStreamWrapper._bind_stream",
            "SyncStreamWrapper.__iter__",
            "SyncStreamWrapper.__next__",
            "SyncStreamWrapper._advance",
            "AsyncStreamWrapper._bind_stream",
            "AsyncStreamWrapper.__aiter__",
            "AsyncStreamWrapper.__anext__",
            "AsyncStreamWrapper._advance",
        ),
        "opentelemetry.util.genai._invocation": (
            "GenAIInvocation.activate",
            "GenAIInvocation._finish",
            "GenAIInvocation._on_stream_chunk",
        ),
        "opentelemetry.util.genai._inference_invocation": ("InferenceInvocation._on_stream_chunk",),
        f"{INSTRUMENTATION}.chat_wrappers": (
            "_ChatStreamMixin._set_response_id",
            "_ChatStreamMixin._set_response_model",
            "_ChatStreamMixin._set_response_service_tier",
            "_ChatStreamMixin._build_streaming_response",
            "_ChatStreamMixin._process_chunk",
            "_ChatStreamMixin._set_output_messages",
            "_ChatStreamMixin._cleanup",
        ),
        f"{INSTRUMENTATION}.response_wrappers": (
            "_ResponseStreamMixin._process_chunk",
            "_ResponseStreamMixin.process_event",
        ),
        f"{INSTRUMENTATION}.response_extractors": ("set_stream_event_attributes",),
    },
    known="ae6f245ad641492f",
)
"""opentelemetry-util-genai and opentelemetry-instrumentation-genai-openai 1.3b0."""

Chunk = Any  # the client's
Take = Callable[[Chunk], bool]
"""Takes a chunk in; false when it is one that upstream must see."""


class _Invocation(Protocol):
    response_model_name: str | None
    _instruments: Any
    _ttfc_seconds: float | None


class _Stream(Protocol):
    """What is used of upstream's wrappers."""

    _self_invocation: _Invocation
    _self_capture_content: bool

    def _execution_context(self) -> AbstractContextManager[None]: ...
    def _process_chunk(self, chunk: Chunk) -> None: ...
    def _finalize_success(self) -> None: ...
    def _finalize_failure(self, error: BaseException) -> None: ...


class _ChatStream(_Stream, Protocol):
    _self_choice_buffers: list[Any]
    _self_response_id: str | None
    _self_service_tier: str | None


class _SyncStream(_Stream, Protocol):
    _self_iterator: Iterator[Chunk]

    def __next__(self) -> Chunk: ...


class _AsyncStream(_Stream, Protocol):
    _self_aiter: AsyncIterator[Chunk]

    async def __anext__(self) -> Chunk: ...


S = TypeVar("S", bound=_Stream)
Api = Callable[[Any], Take | None]
"""How the rest of a stream is taken in; None as long as upstream must see every chunk."""


def watch() -> None:
    """Lighten streams once OpenAI is instrumented."""
    upstream.once_imported(INSTRUMENTATION, lighten)


def lighten() -> None:
    """Put our readers in upstream's place."""
    upstream.stand_in("readers of streams", CODE, _put_all)


def _put_all() -> None:
    for module, name, api in (
        ("chat_wrappers", "ChatStreamWrapper", _chat),
        ("response_wrappers", "ResponseStreamWrapper", _responses),
    ):
        wrappers = vars(import_module(f"{INSTRUMENTATION}.{module}"))
        _put(wrappers[name], "__iter__", _read, api)
        _put(wrappers[f"Async{name}"], "__aiter__", _AsyncReader, api)


def _put(wrapper: type, method: str, reader: Callable[[S, Api], object], api: Api) -> None:
    def iterate(self: S) -> object:
        # Someone else's meter may want a record of every chunk.
        unrecorded = self._self_invocation._instruments.time_per_output_chunk
        return reader(self, api) if isinstance(unrecorded, NoOpHistogram) else self

    setattr(wrapper, method, iterate)


def _read(stream: _SyncStream, api: Api) -> Iterator[Chunk]:
    while (take := api(stream)) is None:
        try:
            chunk = next(stream)
        except StopIteration:
            return
        yield chunk
    iterator = stream._self_iterator
    while True:
        try:
            chunk = next(iterator)
        except StopIteration:
            _finish(stream)
            return
        except BaseException as error:
            _finish(stream, error)
            raise
        if not take(chunk):
            _show(stream, chunk)
        yield chunk


class _AsyncReader:
    """No generator: an abandoned one would wait for the event loop before it lets the stream go."""

    __slots__ = ("_api", "_next", "_stream", "_take")

    def __init__(self, stream: _AsyncStream, api: Api) -> None:
        self._stream: Final = stream
        self._api: Final = api
        self._next: Final = stream._self_aiter.__anext__
        self._take: Take | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Chunk:
        take = self._take
        if take is None:
            take = self._take = self._api(self._stream)
            if take is None:
                return await self._stream.__anext__()
        try:
            chunk = await self._next()
        except StopAsyncIteration:
            _finish(self._stream)
            raise
        except BaseException as error:
            _finish(self._stream, error)
            raise
        if not take(chunk):
            _show(self._stream, chunk)
        return chunk


def _show(stream: _Stream, chunk: Chunk) -> None:
    with Guard("chunk of a stream"), stream._execution_context():
        stream._process_chunk(chunk)


def _finish(stream: _Stream, error: BaseException | None = None) -> None:
    with stream._execution_context():
        if error is None:
            stream._finalize_success()
        else:
            stream._finalize_failure(error)


def _chat(stream: _ChatStream) -> Take | None:
    if not (stream._self_response_id and stream._self_invocation.response_model_name):
        return None
    from openai.types.chat import ChatCompletionChunk  # noqa: PLC0415 - never before the application

    has_tier = bool(stream._self_service_tier)
    buffers = stream._self_choice_buffers if stream._self_capture_content else None

    def take(chunk: Chunk) -> bool:
        if type(chunk) is not ChatCompletionChunk or chunk.usage is not None:
            return False
        if not has_tier and chunk.service_tier:
            return False
        try:
            for choice in chunk.choices:
                if choice.finish_reason:
                    return False
            return buffers is None or _keep_text(chunk.choices, buffers)
        except (AttributeError, TypeError):
            # The client does not check what a server sends.
            return False

    return take


def _keep_text(choices: list[Any], buffers: list[Any]) -> bool:
    for choice in choices:
        delta = choice.delta
        if choice.index >= len(buffers) or delta.tool_calls or delta.refusal:
            return False
    for choice in choices:
        if choice.delta.content is not None:
            buffers[choice.index].append_text_content(choice.delta.content)
    return True


def _responses(stream: _Stream) -> Take | None:
    invocation = stream._self_invocation
    # Upstream takes the time of the first chunk that it sees, as soon as one counts.
    if not invocation.response_model_name or invocation._ttfc_seconds is None:
        return None

    def take(event: Chunk) -> bool:
        # The last event brings the whole response again.
        kind = getattr(event, "type", None)
        return isinstance(kind, str) and kind.endswith(".delta")

    return take
