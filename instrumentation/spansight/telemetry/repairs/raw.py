# ruff: noqa: ANN401 - a repair works on what upstream keeps to itself
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""Raw responses: read for what they tell, without an effect on the application that holds them.

Upstream parses one while the application waits, so that an answer that is no JSON raises before
the application has asked for it; of embeddings it reads nothing, and of the asynchronous
`with_streaming_response` it leaves a coroutine behind.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from openai import BaseModel
from openai.types import CreateEmbeddingResponse
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from spansight.telemetry.guard import Guard
from spansight.telemetry.repairs.patches import Patches, Wrapper

HEADER: Final = "x-stainless-raw-response"
"""By which the client marks calls of `with_raw_response` and `with_streaming_response`."""

_OPENAI: Final = "opentelemetry.instrumentation.genai.openai"
_READ: Final = (
    (f"{_OPENAI}.patch", "_set_response_properties", ChatCompletion),
    (f"{_OPENAI}.patch", "_safe_set_embeddings_response_properties", CreateEmbeddingResponse),
    (f"{_OPENAI}.patch_responses", "set_invocation_response_attributes", Response),
)


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Read raw answers ourselves, once the application has."""
    for module, name, model in _READ:
        patches.wrap(module, name, _reading(model))


def kind(asked: Mapping[str, Any]) -> str | None:
    """Return `raw` or `stream` for a call whose response the application wants to see itself."""
    headers = asked.get("extra_headers")
    if not isinstance(headers, dict):
        return None
    return next((v for k, v in headers.items() if str(k).lower() == HEADER), None)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - the application's


def content(response: Any, model: type[BaseModel]) -> BaseModel | None:
    """Return what a raw response holds; None as long as it was not read, or where it is no JSON."""
    # The property would raise, and reading is the application's to do.
    body = getattr(response.http_response, "_content", None)
    try:
        return None if body is None else model.construct(**json.loads(body))
    except (TypeError, ValueError):
        return None


def _reading(model: type[BaseModel]) -> Wrapper:
    def read(
        wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> object:
        invocation, result, *rest = args

        def tell(answer: object) -> None:
            with Guard("response"):
                # The last argument would say that the answer is a raw one.
                wrapped(invocation, answer, *rest[:1])
                _count_dimensions(invocation, answer)

        if not hasattr(result, "http_response"):
            return wrapped(*args, **kwargs)
        if _is_read(result.http_response):
            tell(content(result, model))
        else:
            _stop_when_closed(
                invocation, result.http_response, lambda: tell(content(result, model))
            )
        return invocation

    return read


def _is_read(response: object) -> bool:
    return hasattr(response, "_content")


def _stop_when_closed(invocation: Any, response: Any, tell: Callable[[], None]) -> None:
    """Let a call go on until its response is closed, and then say what was read of it."""
    close, aclose = response.close, response.aclose
    invocation.stop = bool  # upstream is about to call it
    invocation.suspend()

    def stop() -> None:
        if vars(invocation).pop("stop", None):
            if _is_read(response):
                tell()
            invocation.stop()

    def closing() -> None:
        try:
            close()
        finally:
            stop()

    async def aclosing() -> None:
        try:
            await aclose()
        finally:
            stop()

    response.close, response.aclose = closing, aclosing


def _count_dimensions(invocation: Any, answer: object) -> None:
    if isinstance(answer, CreateEmbeddingResponse) and answer.data:
        vector: object = answer.data[0].embedding
        if isinstance(vector, str):
            # As the client asks for them unless told otherwise: packed, four bytes a number.
            invocation.dimension_count = len(base64.b64decode(vector)) // 4
