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
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Self

from openai import BaseModel
from openai.types import CreateEmbeddingResponse
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.patches import Patches, Wrapper

HEADER: Final = "x-stainless-raw-response"
"""By which the client marks calls of `with_raw_response` and `with_streaming_response`."""

_WATCHED: Final = ("iter_bytes", "aiter_bytes", "close", "aclose")
_LONGEST: Final = 16 * 1024 * 1024
"""Bytes of a body that are kept until it is whole; a longer one tells nothing."""

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


def content(body: bytes, model: type[BaseModel]) -> BaseModel | None:
    """Return what a body holds; None where it is no JSON."""
    try:
        return model.construct(**json.loads(body))
    except (TypeError, ValueError):
        return None


def read(
    invocation: Any, response: Any, model: type[BaseModel], tell: Callable[[BaseModel | None], None]
) -> None:
    """Tell what a response says: now, or when the application has read it and the call ends."""
    # The property would raise, and reading is the application's to do.
    body = getattr(response, "_content", None)
    if body is None:
        _Unread(invocation, response, lambda body: tell(content(body, model)))
    else:
        tell(content(body, model))


def _reading(model: type[BaseModel]) -> Wrapper:
    def look(
        wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> object:
        invocation, result, *rest = args
        if not hasattr(result, "http_response"):
            return wrapped(*args, **kwargs)

        def tell(answer: BaseModel | None) -> None:
            with Guard("response"):
                # The last argument would say that the answer is a raw one.
                wrapped(invocation, answer, *rest[:1])
                _count_dimensions(invocation, answer)

        read(invocation, result.http_response, model, tell)
        return invocation

    return look


class _Unread:
    """A response that the application is still to read: kept an eye on until it is closed.

    However it is read, by the line or at once, its decoded parts pass through one method.
    """

    def __init__(self, invocation: Any, response: Any, tell: Callable[[bytes], None]) -> None:
        self._invocation: Final = invocation
        self._response: Final = response
        self._tell: Final = tell
        self._parts: Final[list[bytes]] = []
        self._length = 0
        self.is_whole = False
        self._readers = 0
        self._before: Final = {name: getattr(response, name) for name in _WATCHED}
        vars(response).update({name: getattr(self, name) for name in _WATCHED})
        invocation.stop = bool  # upstream is about to call it
        invocation.suspend()

    def iter_bytes(self, *args: Any, **kwargs: Any) -> Iterator[bytes]:
        with self.watched():
            for part in self._before["iter_bytes"](*args, **kwargs):
                self.keep(part)
                yield part
            self.is_whole = True

    def aiter_bytes(self, *args: Any, **kwargs: Any) -> AsyncIterator[bytes]:
        return _AsyncParts(self, self._before["aiter_bytes"](*args, **kwargs))

    def close(self) -> None:
        try:
            self._before["close"]()
        finally:
            self._end()

    async def aclose(self) -> None:
        try:
            await self._before["aclose"]()
        finally:
            self._end()

    @contextmanager
    def watched(self) -> Generator[None]:
        self._readers += 1
        error: BaseException | None = None
        try:
            yield
        except (GeneratorExit, StopAsyncIteration):
            raise
        except BaseException as raised:
            error = raised
            raise
        finally:
            self._readers -= 1
            if error or self.is_whole:
                self._end(error)

    def keep(self, part: bytes) -> None:
        self._length += len(part)
        if self._length <= _LONGEST:
            self._parts.append(part)

    def _end(self, error: BaseException | None = None) -> None:
        # The body closes itself before its last part has come through.
        if self._readers or not vars(self._invocation).pop("stop", None):
            return
        for name in _WATCHED:
            vars(self._response).pop(name, None)
        if error:
            self._invocation.fail(error)
            return
        if self.is_whole:
            self._tell(b"".join(self._parts))
        self._invocation.stop()


class _AsyncParts:
    """No generator: an abandoned one would wait for the event loop before it lets go of another."""

    def __init__(self, unread: _Unread, parts: AsyncGenerator[bytes]) -> None:
        self._unread: Final = unread
        self._parts: Final = parts

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        with self._unread.watched():
            try:
                part = await anext(self._parts)
            except StopAsyncIteration:
                self._unread.is_whole = True
                raise
            self._unread.keep(part)
            return part

    async def aclose(self) -> None:
        await self._parts.aclose()


def _count_dimensions(invocation: Any, answer: object) -> None:
    if isinstance(answer, CreateEmbeddingResponse) and answer.data:
        vector: object = answer.data[0].embedding
        if isinstance(vector, str):
            # As the client asks for them unless told otherwise: packed, four bytes a number.
            invocation.dimension_count = len(base64.b64decode(vector)) // 4
