# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
"""Answers of LangChain: which come from its cache, and why those of the Responses API ended.

An answer from the cache tells the tokens of the call that it was given to first, and would spend
them again; its span stays in the trace.  The Responses API says how an answer ended in a word of
its own, which upstream does not read: it takes every such answer for an error.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from spansight.conventions import attributes
from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.patches import Patches

_HANDLER: Final = "opentelemetry.instrumentation.genai.langchain.callback_handler"
_CLASS: Final = "OpenTelemetryLangChainCallbackHandler"
_UNTOLD: Final = "error"
"""What upstream takes for the reason where it finds none."""
_REASONS: Final = {"max_output_tokens": "length"}
"""The Responses API's word for why an answer is incomplete → that of the conventions."""


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Look at each answer before its span ends."""
    patches.wrap(_HANDLER, f"{_CLASS}.on_llm_end", _end)


def _end(
    wrapped: Callable[..., Any], handler: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    with Guard("answer of LangChain"):
        response = args[0] if args else kwargs["response"]
        call = handler._invocation_manager.get_invocation(run_id=kwargs["run_id"])
        if call is not None:
            messages = [one.message for several in response.generations for one in several]
            if any(map(_is_remembered, messages)):
                call.span.set_attribute(attributes.NESTED, value=True)
            if len(messages) == 1 and (why := reason(messages[0])):
                _put_right(call, why)
    return wrapped(*args, **kwargs)


def _is_remembered(message: Any) -> bool:
    """Whether LangChain has struck out what the answer cost, as it does in its cache alone."""
    usage: Mapping[str, Any] = getattr(message, "usage_metadata", None) or {}
    return usage.get("total_cost") == 0


def reason(message: Any) -> str | None:
    """Return why an answer of the Responses API ended, None for any other."""
    said: Mapping[str, Any] = message.response_metadata
    if said.get("object") != "response":
        return None
    match said.get("status"):
        case "completed":
            return "tool_call" if message.tool_calls else "stop"
        case "incomplete":
            details: Mapping[str, str] = said.get("incomplete_details") or {}
            why = details.get("reason", "incomplete")
            return _REASONS.get(why, why)
        case _:
            return None


def _put_right(call: Any, why: str) -> None:
    """Tell the reason, once upstream has told its own."""
    stop = call.stop

    def stop_with_reason() -> None:
        with Guard("reason of an answer"):
            if call.finish_reasons == [_UNTOLD]:
                call.finish_reasons = [why]
                for message in call.output_messages:
                    message.finish_reason = why
        stop()

    # Shadows the method for this one invocation.
    call.stop = stop_with_reason
