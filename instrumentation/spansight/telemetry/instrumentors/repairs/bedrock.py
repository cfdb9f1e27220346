# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
"""Calls of Amazon Bedrock: their whole input, and the model that answered.

Upstream tells input as this API counts it, beside what was in the cache, and does not look at the
model that an answer of InvokeModel names.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.interludes import leave
from spansight.telemetry.instrumentors.repairs.patches import Patches

_BEDROCK: Final = "opentelemetry.instrumentation.genai.bedrock"
_COUNTING: Final = ("_BedrockConverseStreamMixin", "_BedrockInvokeModelStreamMixin")
_START: Final = b'"message_start"'
"""In the one chunk of a stream that names the model: that of Anthropic's."""


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Count all of the input, and name the model."""
    patches.wrap(f"{_BEDROCK}.stream", "AsyncBedrockStreamingBodyWrapper.__init__", leave)
    for stream in _COUNTING:
        patches.wrap(f"{_BEDROCK}.stream", f"{stream}._on_stream_end", _count_stream)
    patches.wrap(f"{_BEDROCK}.stream", "_BedrockInvokeModelStreamMixin._process_chunk", _name)
    patches.wrap(f"{_BEDROCK}.patch", "extract_converse_response", _converse)
    for module in ("patch", "stream"):
        patches.wrap(f"{_BEDROCK}.{module}", "extract_invoke_model_response", _invoke)


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
