# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
"""Amazon Bedrock: streams that hold on to the context, input without its cache, unnamed models.

Upstream leaves the span of a stream current until the stream is read: what the application calls
meanwhile is taken for a part of it, and has no span.  It tells input as this API counts it, beside
what was in the cache, and does not look at the model that an answer of InvokeModel names.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.patches import Patches

_BEDROCK: Final = "opentelemetry.instrumentation.genai.bedrock"
_OPENINGS: Final = (
    "_BedrockConverseStreamMixin._init_converse_stream",
    "_BedrockInvokeModelStreamMixin._init_invoke_model_stream",
    "_BedrockAgentEventStreamMixin._init_agent_stream",
    "_BedrockRetrieveAndGenerateStreamMixin._init_rag_stream",
    "AsyncBedrockStreamingBodyWrapper.__init__",
)
_COUNTING: Final = ("_BedrockConverseStreamMixin", "_BedrockInvokeModelStreamMixin")
_START: Final = b'"message_start"'
"""In the one chunk of a stream that names the model: that of Anthropic's."""


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Let go of the context, count all of the input, and name the model."""
    for opening in _OPENINGS:
        patches.wrap(f"{_BEDROCK}.stream", opening, _let_go)
    for stream in _COUNTING:
        patches.wrap(f"{_BEDROCK}.stream", f"{stream}._on_stream_end", _count_stream)
    patches.wrap(f"{_BEDROCK}.stream", "_BedrockInvokeModelStreamMixin._process_chunk", _name)
    patches.wrap(f"{_BEDROCK}.patch", "extract_converse_response", _converse)
    for module in ("patch", "stream"):
        patches.wrap(f"{_BEDROCK}.{module}", "extract_invoke_model_response", _invoke)


def _let_go(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    opened = wrapped(*args, **kwargs)
    with Guard("context of a stream"):
        stream._self_invocation.suspend()
    return opened


def _count_stream(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    with Guard("usage"):
        stream._self_input_tokens = _whole(
            stream._self_input_tokens,
            stream._self_cache_read_input_tokens,
            stream._self_cache_creation_input_tokens,
        )
    return wrapped(*args, **kwargs)


def _converse(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    extracted = wrapped(*args, **kwargs)
    with Guard("usage"):
        _count(args[1])
    return extracted


def _invoke(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    extracted = wrapped(*args, **kwargs)
    _answer, body, invocation = args
    with Guard("usage"):
        _count(invocation)
    with Guard("model of an answer"):
        invocation.response_model_name = json.loads(body).get("model")
    return extracted


def _name(
    wrapped: Callable[..., Any], stream: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    with Guard("model of an answer"):
        payload = args[0].get("chunk", {}).get("bytes", b"")
        if _START in payload:
            message = json.loads(payload)["message"]
            stream._self_invocation.response_model_name = message["model"]
            stream._self_invocation.response_id = message["id"]
    return wrapped(*args, **kwargs)


def _count(invocation: Any) -> None:
    invocation.input_tokens = _whole(
        invocation.input_tokens,
        invocation.cache_read_input_tokens,
        invocation.cache_creation_input_tokens,
    )


def _whole(fresh: int | None, *cached: int | None) -> int | None:
    """Return all of the input; nothing where nothing was told."""
    return None if fresh is None else fresh + sum(part or 0 for part in cached)
