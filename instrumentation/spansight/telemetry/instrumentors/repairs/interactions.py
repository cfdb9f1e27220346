# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
# pyright: reportMissingTypeArgument=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false
"""Gemini's interactions, told as the calls of a model that they are.

Upstream gives them an operation of its own invention, by which no one counts their tokens; passes
over why an answer ended; and leaves what the model thought out of its output.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

import wrapt

from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.patches import Patches

_OPERATION: Final = "generate_content"
_INTERACTIONS: Final = "opentelemetry.instrumentation.google_genai.interactions"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Name the operation, complete the usage, and tell the end."""
    patches.wrap(_INTERACTIONS, "_start_interactions_invocation", _start)
    patches.wrap(_INTERACTIONS, "_apply_interaction_response_attributes", _complete)


class _Generating(wrapt.ObjectProxy):
    """A handler whose calls of a model generate content."""

    def inference(self, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__.inference(*args, **{**kwargs, "operation_name": _OPERATION})


def _start(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    handler, *rest = args
    return wrapped(_Generating(handler), *rest, **kwargs)


def _complete(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    applied = wrapped(*args, **kwargs)
    answer, invocation, *_rest = args
    with Guard("end of an interaction"):
        upstream: Any = import_module(_INTERACTIONS)
        reason = upstream._interaction_finish_reason(answer.status)
        invocation.finish_reasons = [reason] if reason else None
    with Guard("usage"):
        if thought := getattr(invocation, "thinking_tokens", None):
            invocation.output_tokens = (invocation.output_tokens or 0) + thought
    return applied
