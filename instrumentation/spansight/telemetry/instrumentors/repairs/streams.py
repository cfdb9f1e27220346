# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
# pyright: reportPrivateUsage=false, reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
"""OpenLLMetry's streams of chat, read so that their end is told as it was.

Its own reader ends every span well before it looks at the error, catches no cancellation, does not
hear of `close()`, and lets what goes wrong in its bookkeeping through to the application.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from opentelemetry.instrumentation.openai.shared.chat_wrappers import ChatStream

from spansight.conventions import attributes
from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.endings import UnfinishedStreamError, is_marked
from spansight.telemetry.instrumentors.repairs.patches import Patches

_MODULE: Final = "opentelemetry.instrumentation.openai.shared.chat_wrappers"
_DETAILS: Final = (
    ("completion_tokens_details", "reasoning_tokens", attributes.REASONING_TOKENS),
    ("prompt_tokens_details", "cache_write_tokens", attributes.CACHE_WRITE_TOKENS),
)


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Put our reader in place."""
    for method in (_next, _anext, _close, _exit, _aexit):
        patches.replace(_MODULE, f"ChatStream.{_NAMES[method]}", method)
    patches.wrap(_MODULE, "_set_response_attributes", _complete)


def _next(stream: Any) -> object:
    try:
        chunk = next(stream.__wrapped__)
    except BaseException as error:
        _end(stream, error)
        raise
    _take(stream, chunk)
    return chunk


async def _anext(stream: Any) -> object:
    try:
        chunk = await anext(stream.__wrapped__)
    except BaseException as error:
        _end(stream, error)
        raise
    _take(stream, chunk)
    return chunk


def _close(stream: Any) -> object:
    stream._ensure_cleanup()
    return stream.__wrapped__.close()


def _exit(stream: Any, *error: Any) -> object:
    _leave(stream, error[1])
    return stream.__wrapped__.__exit__(*error)


async def _aexit(stream: Any, *error: Any) -> object:
    _leave(stream, error[1])
    return await stream.__wrapped__.__aexit__(*error)


_NAMES: Final[Mapping[Callable[..., Any], str]] = {
    _next: "__next__",
    _anext: "__anext__",
    _close: "close",
    _exit: "__exit__",
    _aexit: "__aexit__",
}


def _take(stream: ChatStream, chunk: object) -> None:
    with Guard("chunk of a stream"):
        stream._process_item(chunk)


def _leave(stream: ChatStream, error: BaseException | None) -> None:
    if error is not None:
        _end(stream, error)
    stream._ensure_cleanup()


def _end(stream: Any, error: BaseException) -> None:
    with Guard("end of a stream"):
        ended = isinstance(error, StopIteration | StopAsyncIteration)
        choices = stream._complete_response["choices"]
        if ended and (is_marked(stream) or any(it.get("finish_reason") for it in choices)):
            stream._process_complete_response()
            return
        failure = UnfinishedStreamError() if ended else error
        if not stream._cleanup_completed:
            stream._record_partial_metrics()
            stream._span.fail(failure)
            stream._cleanup_completed = True


def _complete(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    span, response = args
    with Guard("usage"):
        usage = response.get("usage") or {}
        for group, name, attribute in _DETAILS:
            details = usage.get(group) or {}
            if details.get(name) is not None:
                span.set_attribute(attribute, details[name])
    return wrapped(*args, **kwargs)
