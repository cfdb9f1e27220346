# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
# pyright: reportUnknownMemberType=false
"""When an answer of the Responses API begins: with its first delta.

The conventions count the first chunk.  This API opens every stream with events that say no more
than that the request arrived; a time to them would measure the network, and not the model.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from spansight.telemetry.instrumentors.repairs.patches import Patches

_WRAPPERS: Final = "opentelemetry.instrumentation.genai.openai.response_wrappers"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Start the clock's reading at the first delta."""
    patches.wrap(_WRAPPERS, "_ResponseStreamMixin._process_chunk", _process)


def _process(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    (event,) = args
    invocation = stream._self_invocation
    if invocation._ttfc_seconds is None:
        if str(getattr(event, "type", "")).endswith(".delta"):
            vars(invocation).pop("_on_stream_chunk", None)
        else:
            # Shadows the method for this one invocation, until there is something to time.
            invocation._on_stream_chunk = _ignore
    return wrapped(*args, **kwargs)


def _ignore(_: float) -> None:
    pass
