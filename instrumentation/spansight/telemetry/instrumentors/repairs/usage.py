# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
# pyright: reportPrivateUsage=false, reportMissingTypeStubs=false, reportMissingTypeArgument=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Usage of streams: asked for where the application does not, when the user wants that.

OpenAI tells it in one more chunk, without choices, on which `chunk.choices[0]` fails: the
instrumentor sees that chunk, and the application does not.  Raw responses stay as they are, and so
does Azure before 2024-09-01, which refuses the option.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Self

import wrapt
from openai import AsyncAzureOpenAI, AzureOpenAI
from opentelemetry.instrumentation.genai.openai.utils import get_value

from spansight.settings import Settings
from spansight.telemetry.instrumentors.repairs import raw
from spansight.telemetry.instrumentors.repairs.patches import Patches

_METHODS: Final = (
    ("openai.resources.chat.completions", "Completions.create"),
    ("openai.resources.completions", "Completions.create"),
)
_AZURE_SINCE: Final = "2024-09-01"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Ask, if the settings say so."""
    if not Settings.from_env().asks_stream_usage:
        return
    for module, name in _METHODS:
        patches.wrap(module, name, _call)
        patches.wrap(module, f"Async{name}", _awaited)


def asks(instance: object, asked: Mapping[str, Any]) -> bool:
    """Whether a call is a stream that leaves it to us to ask for its usage."""
    streams = get_value(asked.get("stream")) and get_value(asked.get("stream_options")) is None
    return bool(streams) and raw.kind(asked) is None and _is_served(instance)


def _is_served(instance: Any) -> bool:
    client = instance._client
    if not isinstance(client, AzureOpenAI | AsyncAzureOpenAI):
        return True
    return str(client._api_version) >= _AZURE_SINCE


def _call(
    wrapped: Callable[..., Any], instance: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    if not asks(instance, kwargs):
        return wrapped(*args, **kwargs)
    return WithoutUsage(wrapped(*args, **{**kwargs, **_ASKED}))


async def _awaited(
    wrapped: Callable[..., Awaitable[Any]],
    instance: object,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> object:
    if not asks(instance, kwargs):
        return await wrapped(*args, **kwargs)
    return WithoutUsage(await wrapped(*args, **{**kwargs, **_ASKED}))


class WithoutUsage(wrapt.ObjectProxy):
    """A stream as it would have been, had nobody asked."""

    def __iter__(self) -> Self:
        return self

    def __aiter__(self) -> Self:
        return self

    def __next__(self) -> object:
        while (chunk := _unasked(next(self.__wrapped__))) is None:
            pass
        return chunk

    async def __anext__(self) -> object:
        while (chunk := _unasked(await anext(self.__wrapped__))) is None:
            pass
        return chunk

    def __enter__(self) -> Self:
        self.__wrapped__.__enter__()
        return self

    async def __aenter__(self) -> Self:
        await self.__wrapped__.__aenter__()
        return self


_ASKED: Final = {"stream_options": {"include_usage": True}}


def _unasked(chunk: Any) -> object | None:
    """Return the chunk as it would have come; None for the one that would not."""
    if chunk.usage is not None and not chunk.choices:
        return None
    # Every other chunk says that it has no usage, which it would not say unasked.
    chunk.model_fields_set.discard("usage")
    return chunk
