# pyright: reportMissingTypeStubs=false
"""What a call asked for, where OpenLLMetry does not look; and its headers, left as they are.

It writes a trace context into the application's own dictionary of headers, tells an Azure client
by its address only, and renames the models of some services, which then have no price.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from opentelemetry.instrumentation.openai.shared.config import Config

from spansight.conventions import attributes
from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs import services
from spansight.telemetry.instrumentors.repairs.patches import Patches

_SHARED: Final = "opentelemetry.instrumentation.openai.shared"
_RENAMED: Final = {
    "seed": attributes.REQUEST_SEED,
    "max_completion_tokens": attributes.REQUEST_MAX_TOKENS,
    "dimensions": attributes.EMBEDDINGS_DIMENSIONS,
}
_LISTS: Final = {
    "stop": attributes.REQUEST_STOP_SEQUENCES,
    "encoding_format": attributes.REQUEST_ENCODING_FORMATS,
}


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Complete what is asked, and leave the request alone."""
    Config.enable_trace_context_propagation = False
    patches.replace(_SHARED, "_get_vendor_from_url", _vendor)
    for module in ("chat_wrappers", "embeddings_wrappers"):
        patches.wrap(f"{_SHARED}.{module}", "_set_request_attributes", _complete)
    patches.wrap(f"{_SHARED}.embeddings_wrappers", "_set_response_attributes", _measure)


def _vendor(_: str) -> str:
    return services.OPENAI


def asked(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of the options that OpenLLMetry leaves out."""
    said: dict[str, Any] = {}
    for key, name in _RENAMED.items():
        if isinstance(kwargs.get(key), int):
            said[name] = kwargs[key]
    for key, name in _LISTS.items():
        value = kwargs.get(key)
        if isinstance(value, str | list | tuple):
            said[name] = [value] if isinstance(value, str) else list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - the application's
    if isinstance(count := kwargs.get("n"), int) and count != 1:
        said[attributes.REQUEST_CHOICE_COUNT] = count
    return said


def _measure(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    span, answer = args
    with Guard("size of an embedding"):
        vectors: list[dict[str, Any]] = answer.get("data") or []
        if vectors:
            span.set_attribute(attributes.EMBEDDINGS_DIMENSIONS, len(vectors[0]["embedding"]))
    return wrapped(*args, **kwargs)


def _complete(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    span, given, *rest = args
    result = wrapped(*args, **kwargs)
    with Guard("options of a call"):
        instance = rest[0] if rest else kwargs["instance"]
        span.set_attributes({**asked(given), attributes.PROVIDER_NAME: services.behind(instance)})
    return result
