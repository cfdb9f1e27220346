"""Calls that end by no exception of theirs: a cancellation, or Ctrl-C.

OpenLLMetry catches errors only, and never ends the span of a call that the application gave up.
"""

from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from spansight.telemetry.instrumentors.repairs.dialect import STARTED, Translated
from spansight.telemetry.instrumentors.repairs.patches import Patches

if TYPE_CHECKING:
    from contextvars import Token

_CHAT: Final = "openai.resources.chat.completions"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """End what a call leaves open."""
    for method in ("create", "parse"):
        patches.wrap(_CHAT, f"Completions.{method}", _call)
        patches.wrap(_CHAT, f"AsyncCompletions.{method}", _awaited)


class _Started:
    """The spans that start inside; those still open fail with an error that passes."""

    def __enter__(self) -> Self:
        self._spans: list[Translated] = []
        self._token: Token[list[Translated] | None] = STARTED.set(self._spans)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        STARTED.reset(self._token)
        if error is not None:
            for span in self._spans:
                span.fail(error)


def _call(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    with _Started():
        return wrapped(*args, **kwargs)


async def _awaited(
    wrapped: Callable[..., Awaitable[Any]], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    with _Started():
        return await wrapped(*args, **kwargs)
