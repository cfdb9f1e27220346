# ruff: noqa: ANN401, SLF001 - a repair works on what upstream keeps to itself
"""What a call asked for: what OpenTelemetry's own instrumentor passes over.

It calls a model that was not named `""` and every service `openai`, and leaves out the level of
reasoning, the response that a call continues, and that a call which failed had asked for a stream.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from spansight.conventions import attributes
from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs import services
from spansight.telemetry.instrumentors.repairs.patches import Patches

_OPENAI: Final = "opentelemetry.instrumentation.genai.openai"


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Complete the invocations of chat and of the Responses API."""
    patches.wrap(f"{_OPENAI}.patch", "create_chat_invocation", _chat)
    patches.wrap(f"{_OPENAI}.patch", "_create_embedding_invocation", _embedding)
    patches.wrap(f"{_OPENAI}.patch_responses", "extract_params", _read)
    patches.wrap(f"{_OPENAI}.patch_responses", "apply_request_attributes", _write)
    for name in ("get_inference_creation_kwargs", "get_fetch_response_creation_kwargs"):
        patches.wrap(f"{_OPENAI}.patch_responses", name, _created)
    for name in ("ResponseStreamManagerWrapper", "AsyncResponseStreamManagerWrapper"):
        patches.wrap(f"{_OPENAI}.patch_responses", name, _opened)


def level(asked: Mapping[str, Any]) -> str | None:
    """Return how much reasoning a call asks for, in the words of either API."""
    effort = asked.get("reasoning_effort")
    if isinstance(reasoning := asked.get("reasoning"), dict):
        effort = cast("dict[str, object]", reasoning).get("effort")
    return effort if isinstance(effort, str) else None


def streams(asked: Mapping[str, Any]) -> bool | None:
    """Return true for a stream, also for one that never comes; the conventions tell no false."""
    return True if asked.get("stream") is True else None


def _chat(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    handler, asked, instance, *rest = args
    model = asked.get("model") or None
    invocation = wrapped(handler, {**asked, "model": model}, instance, *rest, **kwargs)
    with Guard("level of reasoning"):
        _name_service(invocation, invocation.data, instance)
        invocation.reasoning_level = level(asked)
        invocation.request_stream = streams(asked)
    return invocation


def _embedding(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    *_rest, instance = args
    invocation = wrapped(*args, **kwargs)
    with Guard("service"):
        _name_service(invocation, invocation._data, instance)
    return invocation


def _name_service(invocation: Any, data: Any, instance: object) -> None:
    service = services.behind(instance)
    if service != services.OPENAI:
        data.provider_name = service
        invocation.span.set_attribute(attributes.PROVIDER_NAME, service)


def _created(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    _asked, instance = args
    return {**wrapped(*args, **kwargs), "provider": services.behind(instance)}


def _opened(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    manager, begin, *rest = args

    def begun() -> object:
        invocation = begin()
        # The helper is a stream by name, and its arguments do not say so again.
        invocation.request_stream = True
        return invocation

    return wrapped(manager, begun, *rest, **kwargs)


def _read(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    params = wrapped(*args, **kwargs)
    with Guard("level of reasoning"):
        previous = kwargs.get("previous_response_id")
        params.reasoning_level = level(kwargs)
        params.streams = streams(kwargs)
        params.previous_response_id = previous if isinstance(previous, str) else None
    return params


def _write(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    invocation, params, *_rest = args
    with Guard("level of reasoning"):
        invocation.reasoning_level = params.reasoning_level
        invocation.request_stream = params.streams
        invocation.previous_response_id = params.previous_response_id
    return wrapped(*args, **kwargs)
