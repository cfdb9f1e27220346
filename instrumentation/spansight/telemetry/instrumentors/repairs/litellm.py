# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false
"""Embeddings that LiteLLM posts itself, past the method of OpenAI's client that is traced.

It does so wherever the application names no encoding, to keep the client from choosing one.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import wrapt
from opentelemetry.instrumentation.genai.openai import patch

from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.handlers import handler_of
from spansight.telemetry.instrumentors.repairs.patches import Patches, Wrapper

_MODULE: Final = "litellm.llms.openai.openai"
_CLASS: Final = "OpenAIChatCompletion"


def apply(patches: Patches, kwargs: Mapping[str, Any]) -> None:
    """Trace them, once LiteLLM is imported."""

    def on_import(_: object) -> None:
        with Guard("repair litellm"):
            handler = handler_of(kwargs)
            for method, client, trace in (
                ("make_sync_openai_embedding_request", "openai_client", patch.embeddings_create),
                ("make_openai_embedding_request", "openai_aclient", patch.async_embeddings_create),
            ):
                patches.wrap(_MODULE, f"{_CLASS}.{method}", _posting(client, trace(handler)))

    wrapt.register_post_import_hook(on_import, _MODULE)


def _posting(client: str, trace: Wrapper) -> Wrapper:
    def embed(
        wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> object:
        asked: dict[str, Any] | None = kwargs.get("data")
        if client not in kwargs or not asked or "encoding_format" in asked:
            return wrapped(*args, **kwargs)

        def post(**_: object) -> object:
            return wrapped(*args, **kwargs)

        return trace(post, kwargs[client].embeddings, (), asked)

    return embed
