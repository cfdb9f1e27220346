# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
# pyright: reportMissingTypeStubs=false
"""Streams that an application drops: to break off a loop is no failure, though upstream says so."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from opentelemetry.util.genai.stream import AbandonedStreamError

from spansight.telemetry.instrumentors.repairs.patches import Patches

_STREAM: Final = "opentelemetry.util.genai.stream"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """End the call of a dropped stream as that of one that was closed."""
    patches.wrap(_STREAM, "_StreamTelemetry._finalize_failure", _fail)


def leave(stream: Any) -> None:
    """Remember that the application ended a stream."""
    stream._self_left = True


def is_left(stream: object) -> bool:
    """Whether the application ended a stream."""
    return bool(getattr(stream, "_self_left", False))


def _fail(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    (error,) = args
    if isinstance(error, AbandonedStreamError):
        leave(stream)
        # One that is held to the end of the process was ended by then.
        return stream._finalize_success() if stream._self_invocation.span.is_recording() else None
    return wrapped(*args, **kwargs)
