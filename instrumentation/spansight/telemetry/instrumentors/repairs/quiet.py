"""Answers as plain data, without the warnings that OpenLLMetry's way of reading them gives.

It dumps a parsed answer by the schema of an unparsed one, for which pydantic warns the application.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from openai import BaseModel

from spansight.telemetry.instrumentors.repairs.patches import Patches

_CHAT: Final = "opentelemetry.instrumentation.openai.shared.chat_wrappers"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Dump quietly."""
    patches.wrap(_CHAT, "model_as_dict", _dump)


def _dump(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    (model,) = args
    if isinstance(model, BaseModel):
        return model.model_dump(warnings=False)
    return wrapped(*args, **kwargs)
