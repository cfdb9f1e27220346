# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
# pyright: reportMissingTypeStubs=false
"""The exception behind a failed call, as the event that the conventions have for it."""

import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final

from opentelemetry._logs import SeverityNumber
from opentelemetry.context import Context
from opentelemetry.util.genai.types import Error

from spansight.conventions import attributes, events
from spansight.telemetry.events import emit
from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.patches import Patches
from spansight.telemetry.scopes.traced import message, qualified

_INVOCATION: Final = "opentelemetry.util.genai._invocation"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Emit the event where upstream keeps no more than the message."""
    patches.wrap(_INVOCATION, "GenAIInvocation.fail", _fail)


def record(error: BaseException, context: Context) -> None:
    """Emit an exception in the context of its call."""
    with Guard("exception event"):
        emit(
            events.EXCEPTION,
            {
                attributes.EXCEPTION_TYPE: type_of(error),
                attributes.EXCEPTION_MESSAGE: message(error),
                attributes.EXCEPTION_STACKTRACE: "".join(traceback.format_exception(error)),
            },
            context=context,
            severity=SeverityNumber.WARN,
        )


def type_of(error: BaseException) -> str:
    """Return the type as error.type has it, or as one of ours names itself."""
    return getattr(error, "_gen_ai_error_type", None) or qualified(type(error))


def _fail(
    wrapped: Callable[..., Any], invocation: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    error = args[0] if args else kwargs.get("error")
    # One inside another call is that call's to tell.
    if isinstance(error, BaseException) and invocation._start_span and not invocation._finished:
        record(error, invocation.context)
    with Guard("failure of a call") as guard:
        return wrapped(*args, **kwargs)
    if isinstance(error, BaseException) and guard.error is not None:
        # Its text cannot be had, and what upstream raises would stand in for it.
        with Guard("failure of a call"):
            wrapped(Error(message(error), type_of(error), error))
    return None
