"""Streams that a function returns, followed to their end in place of the function's."""

from collections.abc import AsyncIterable, Iterable
from contextlib import AbstractContextManager
from typing import Any, cast

from opentelemetry.util.genai.stream import (  # pyright: ignore[reportMissingTypeStubs]
    AbandonedStreamError,
    AsyncStreamWrapper,
    SyncStreamWrapper,
)

from spansight.telemetry.scopes.running import Running


class _Following:
    """What both kinds do: the scope looks at every chunk and ends with the stream."""

    _self_running: Running

    def _execution_context(self) -> AbstractContextManager[None]:
        return self._self_running

    def _process_chunk(self, chunk: object) -> None:
        self._self_running.scope.yielded(chunk)

    def _on_stream_end(self) -> None:
        self._self_running.end(None)

    def _on_stream_error(self, error: BaseException) -> None:
        # Nobody claims that a call failed because its answer was not read to the end.
        self._self_running.end(None if isinstance(error, AbandonedStreamError) else error)


class _Stream(_Following, SyncStreamWrapper[Any]):
    """A stream that stays what it is to everyone else."""

    def __init__(self, stream: Iterable[object], running: Running) -> None:
        self._self_running = running
        super().__init__(cast("Any", stream))


class _AsyncStream(_Following, AsyncStreamWrapper[Any]):
    """Likewise."""

    def __init__(self, stream: AsyncIterable[object], running: Running) -> None:
        self._self_running = running
        super().__init__(cast("Any", stream))


def follow(result: object, running: Running) -> object | None:
    """Return what stands for a result that is a stream, None for any other."""
    if hasattr(type(result), "__next__"):
        return _Stream(cast("Iterable[object]", result), running)
    if hasattr(type(result), "__anext__"):
        return _AsyncStream(cast("AsyncIterable[object]", result), running)
    return None
