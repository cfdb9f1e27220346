# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
# pyright: reportPrivateUsage=false, reportMissingTypeStubs=false
"""How streams end, told as the application meant it and as the provider left it.

Upstream calls a stream that is dropped a failure, though to break off a loop is none; one whose
server stopped half-way a success; a raw one a success however it ended; and names `error` as the
finish reason of an answer that has none.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from opentelemetry.util.genai.stream import AbandonedStreamError

from spansight.telemetry.guard import Guard
from spansight.telemetry.repairs.patches import Patches

_STREAM: Final = "opentelemetry.util.genai.stream"
_OPENAI: Final = "opentelemetry.instrumentation.genai.openai"
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
    patches.wrap(_STREAM, "_StreamTelemetry._finalize_failure", _fail)
    for closing in _CLOSINGS:
        patches.wrap(_STREAM, closing, _close)
    patches.wrap(f"{_OPENAI}.chat_wrappers", "_ChatStreamMixin._cleanup", _finish_chat)
    patches.wrap(f"{_OPENAI}.response_wrappers", "_ResponseStreamMixin._on_stream_end", _finish)
    patches.wrap(f"{_OPENAI}._raw_response", "RawResponseStreamProxy._take_finalize", _take)


def _fail(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    (error,) = args
    if isinstance(error, AbandonedStreamError):
        stream._self_left = True
        # One that is held to the end of the process was ended by then.
        return stream._finalize_success() if stream._self_invocation.span.is_recording() else None
    return wrapped(*args, **kwargs)


def _close(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    stream._self_left = True
    return wrapped(*args, **kwargs)


def _finish_chat(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    # An empty list keeps upstream from deriving `error` from a message without an end.
    stream._self_invocation.finish_reasons = []
    reasons = [choice.finish_reason for choice in stream._self_choice_buffers]
    if args or any(reasons) or _is_left(stream):
        return wrapped(*args, **kwargs)
    return wrapped(UnfinishedStreamError())


def _finish(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    if stream._self_response_telemetry_finalized or _is_left(stream):
        return wrapped(*args, **kwargs)
    return stream._on_stream_error(UnfinishedStreamError())


def _is_left(stream: object) -> bool:
    return bool(getattr(stream, "_self_left", False))


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
