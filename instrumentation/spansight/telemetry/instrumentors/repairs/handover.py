# ruff: noqa: ANN401 - a repair works on what upstream keeps to itself
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false
"""Calls that OpenLLMetry cannot trace whole, left to OpenTelemetry's own instrumentor.

It puts a span of the Responses API together when the answer is there: a call that is cancelled or
unfinished has none, every answer is kept in memory for good, and a stored one that is fetched
counts its tokens again.  A raw response it reads before the application does.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import wrapt
from opentelemetry.instrumentation.genai.openai import patch, patch_responses

from spansight.telemetry.instrumentors.repairs import raw
from spansight.telemetry.instrumentors.repairs.handlers import handler_of
from spansight.telemetry.instrumentors.repairs.patches import Patches, Wrapper
from spansight.telemetry.instrumentors.repairs.removal import below

_RESPONSES: Final = "openai.resources.responses.responses"
_CHAT: Final = "openai.resources.chat.completions"
_EMBEDDINGS: Final = "openai.resources.embeddings"
_COMPLETIONS: Final = "openai.resources.completions"

RETURNED: Final = (
    (_COMPLETIONS, "Completions.create"),
    (_COMPLETIONS, "AsyncCompletions.create"),
    (_RESPONSES, "Responses.cancel"),
    (_RESPONSES, "AsyncResponses.cancel"),
)
"""Methods that are the client's own again; a repair of its own traces the first two."""

HANDED_OVER: Final = (
    (_RESPONSES, "Responses.create", patch_responses.responses_create),
    (_RESPONSES, "Responses.parse", patch_responses.responses_create),
    (_RESPONSES, "Responses.stream", patch_responses.responses_stream),
    (_RESPONSES, "Responses.retrieve", patch_responses.responses_retrieve),
    (_RESPONSES, "AsyncResponses.create", patch_responses.async_responses_create),
    (_RESPONSES, "AsyncResponses.parse", patch_responses.async_responses_create),
    (_RESPONSES, "AsyncResponses.stream", patch_responses.async_responses_stream),
    (_RESPONSES, "AsyncResponses.retrieve", patch_responses.async_responses_retrieve),
)
SHARED: Final = (
    (_CHAT, "Completions.create", patch.chat_completions_create_v_new),
    (_CHAT, "AsyncCompletions.create", patch.async_chat_completions_create_v_new),
    (_CHAT, "Completions.parse", patch.chat_completions_create_v_new),
    (_CHAT, "AsyncCompletions.parse", patch.async_chat_completions_create_v_new),
    (_EMBEDDINGS, "Embeddings.create", patch.embeddings_create),
    (_EMBEDDINGS, "AsyncEmbeddings.create", patch.async_embeddings_create),
)
"""Methods that only raw responses are handed over of."""


def apply(patches: Patches, kwargs: Mapping[str, Any]) -> None:
    """Hand over."""
    handler = handler_of(kwargs)
    for module, name in RETURNED:
        patches.replace(module, name, _original(module, name))
    for module, name, trace in HANDED_OVER:
        patches.replace(module, name, _original(module, name))
        patches.wrap(module, name, trace(handler))
    for module, name, trace in SHARED:
        patches.wrap(module, name, _raw_only(_original(module, name), trace(handler)))


def _original(module: str, name: str) -> Callable[..., Any]:
    return below(wrapt.resolve_path(module, name)[2])


def _raw_only(original: Callable[..., Any], trace: Callable[..., Any]) -> Wrapper:
    def choose(
        wrapped: Callable[..., Any], instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> object:
        if raw.kind(kwargs):
            return trace(original.__get__(instance), instance, args, kwargs)
        return wrapped(*args, **kwargs)

    return choose
