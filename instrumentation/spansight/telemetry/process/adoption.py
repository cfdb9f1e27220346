"""An application that sets OpenTelemetry up itself, after we did, keeps what it set.

The API lets a global provider be set once, and ignores any other with a warning.  Switched on from
outside we are always first, so we give way: the application's first provider is accepted as it
would be without us, and its second is refused as it would be.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from opentelemetry import trace
from opentelemetry._logs import _internal as logs
from opentelemetry.metrics import _internal as metrics
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.util._once import Once

from spansight.telemetry.guard import Guard

_HOMES: Final[dict[str, ModuleType]] = {"tracer": trace, "logger": logs, "meter": metrics}
"""Kind of provider → the module of the API that holds the global one."""


def present(kind: str) -> object | None:
    """Return the global provider that somebody has set, None while nobody has."""
    getattr(_HOMES[kind], f"get_{kind}_provider")()  # loads the one that the environment names
    return getattr(_HOMES[kind], f"_{kind.upper()}_PROVIDER")


def give_way(kind: str, taken: Callable[[Any], object]) -> None:
    """Let the application set a global provider in place of ours, and pass it on.

    The inner function is replaced, not the public one, which an application may hold already.
    """
    home = _HOMES[kind]
    set_once, inner = f"_{kind.upper()}_PROVIDER_SET_ONCE", f"_set_{kind}_provider"
    set_provider: Callable[..., object] = getattr(home, inner)

    def replacement(provider: object, *, log: bool) -> None:
        set_provider(provider, log=log)
        if getattr(home, f"_{kind.upper()}_PROVIDER") is provider:
            setattr(home, inner, set_provider)
            with Guard(f"adoption of a {kind} provider"):
                taken(provider)

    setattr(home, set_once, Once())
    setattr(home, inner, replacement)


def sends_to(provider: TracerProvider, endpoint: str | None) -> bool:
    """Whether a provider has an OTLP exporter of its own for an endpoint.

    Its spans would arrive twice, and every cost with them.
    """
    multi: Any = provider._active_span_processor  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the SDK does not tell
    exporters = (getattr(one, "span_exporter", None) for one in multi._span_processors)  # noqa: SLF001 - likewise
    return endpoint is not None and endpoint in {
        getattr(exporter, "_endpoint", None) for exporter in exporters
    }
