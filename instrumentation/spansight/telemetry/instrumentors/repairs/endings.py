# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
# pyright: reportPrivateUsage=false, reportMissingTypeStubs=false
"""How streams end, told as the application meant it and as the provider left it.

Upstream calls a stream whose server stopped half-way a success, and a raw one too, however it
ended; and names `error` as the finish reason of an answer that has none.
"""

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Final, Self

from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.dropped import is_left, leave
from spansight.telemetry.instrumentors.repairs.patches import Patches

_STREAM: Final = "opentelemetry.util.genai.stream"
_CLIENT: Final = "openai._streaming"
_OPENAI: Final = "opentelemetry.instrumentation.genai.openai"
_EXHAUSTED: Final = "_spansight_exhausted"
"""Set on a stream of the client that was read to the end of its body."""
_CLOSINGS: Final = (
    "SyncStreamWrapper.close",
    "SyncStreamWrapper.__exit__",
    "AsyncStreamWrapper._close",
    "AsyncStreamWrapper._await_close",
    "AsyncStreamWrapper._sync_close",
    "AsyncStreamWrapper.__aexit__",
)


class UnfinishedStreamError(Exception):
    """A stream that its server ended before the answer."""

    _gen_ai_error_type: Final = "unfinished_stream"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("the stream ended without a finish reason")


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Tell the ends of streams apart."""
    for closing in _CLOSINGS:
        patches.wrap(_STREAM, closing, _close)
    patches.wrap(_CLIENT, "Stream._iter_events", _read)
    patches.wrap(_CLIENT, "AsyncStream._iter_events", _read_async)
    patches.wrap(f"{_OPENAI}.chat_wrappers", "_ChatStreamMixin._cleanup", _finish_chat)
    patches.wrap(f"{_OPENAI}.response_wrappers", "_ResponseStreamMixin._on_stream_end", _finish)
    patches.wrap(f"{_OPENAI}._raw_response", "RawResponseStreamProxy._take_finalize", _take)


def _close(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    leave(stream)
    return wrapped(*args, **kwargs)


def _finish_chat(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    # An empty list keeps upstream from deriving `error` from a message without an end.
    stream._self_invocation.finish_reasons = []
    reasons = [choice.finish_reason for choice in stream._self_choice_buffers]
    if args or any(reasons) or is_left(stream) or is_marked(stream):
        return wrapped(*args, **kwargs)
    return wrapped(UnfinishedStreamError())


def _finish(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    if stream._self_response_telemetry_finalized or is_left(stream):
        return wrapped(*args, **kwargs)
    return stream._on_stream_error(UnfinishedStreamError())


def is_marked(stream: Any) -> bool:
    """Whether the client has stopped at `[DONE]`, short of the end of the body.

    Servers that speak OpenAI's protocol after a fashion send that mark, and no finish reason.
    """
    return not getattr(stream.__wrapped__, _EXHAUSTED, False)


def _read(
    wrapped: Callable[..., Iterator[Any]],
    stream: object,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Iterator[Any]:
    yield from wrapped(*args, **kwargs)
    vars(stream)[_EXHAUSTED] = True


def _read_async(
    wrapped: Callable[..., AsyncIterator[Any]],
    stream: object,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> AsyncIterator[Any]:
    return _AsyncEvents(stream, wrapped(*args, **kwargs))


class _AsyncEvents:
    """No generator: an abandoned one would wait for the event loop before it lets go of another."""

    __slots__ = ("_next", "_stream")

    def __init__(self, stream: object, events: AsyncIterator[Any]) -> None:
        self._stream: Final = stream
        self._next: Final = events.__anext__

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> object:
        try:
            return await self._next()
        except StopAsyncIteration:
            vars(self._stream)[_EXHAUSTED] = True
            raise


def _take(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    finalize = wrapped(*args, **kwargs)
    with Guard("end of a raw stream"):
        if _is_being_read(getattr(finalize, "__self__", None)):
            return None
    return finalize


def _is_being_read(stream: Any) -> bool:
    """Whether the client closes a response in the middle of a read: whoever reads sees why."""
    if stream is None or isinstance(sys.exc_info()[1], GeneratorExit):
        return False
    iterator = stream._self_stream._iterator
    running = "gi_running" if hasattr(iterator, "gi_running") else "ag_running"
    return bool(getattr(iterator, running))
