"""Calls that an application makes between the chunks of a stream: calls of their own.

Some instrumentors leave the span of a stream current until it is read to its end; what is called
meanwhile is taken for a part of that call, and has no span.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.patches import Patches

_STREAM: Final = "opentelemetry.util.genai.stream"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Leave the span as soon as the application has the stream; each read enters it again."""
    for kind in ("SyncStreamWrapper", "AsyncStreamWrapper"):
        patches.wrap(_STREAM, f"{kind}.__init__", leave)


def leave(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    """Make what the application will read, and restore the context from before the call."""
    made = wrapped(*args, **kwargs)
    with Guard("context of a stream"):
        if invocation := kwargs.get("invocation"):
            invocation.suspend()
    return made
