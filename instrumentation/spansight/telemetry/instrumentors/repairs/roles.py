"""Roles that an application has as members of an enumeration, as smolagents does.

Their text is `MessageRole.USER` and not `user`: no judge would find the question.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final, cast

from spansight.telemetry.instrumentors.repairs.patches import Patches

_UTILS: Final = "opentelemetry.instrumentation.genai.openai.utils"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Name them before they become text."""
    patches.wrap(_UTILS, "_prepare_input_messages", _prepare)


def _prepare(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    messages, *others = args
    if isinstance(messages, list):
        messages = [_plain(one) for one in cast("list[object]", messages)]
    return wrapped(messages, *others, **kwargs)


def _plain(message: object) -> object:
    if not isinstance(message, dict):
        return message
    told = cast("dict[str, Any]", message)
    role = told.get("role")
    return {**told, "role": role.value} if isinstance(role, Enum) else told
