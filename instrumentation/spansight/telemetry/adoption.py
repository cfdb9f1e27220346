"""An application that sets OpenTelemetry up itself, after we did, keeps what it set.

The API lets a global provider be set once, and ignores the application's with a warning.  Switched
on from outside we are always first, so we give way: its provider becomes the global one.
"""

from collections.abc import Callable
from typing import Any, Final

from opentelemetry import _logs, trace
from opentelemetry._logs import _internal
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk.trace import TracerProvider

_set_tracer_provider: Final = trace.set_tracer_provider
_set_logger_provider: Final = _logs.set_logger_provider


def give_way(
    on_traces: Callable[[TracerProvider], object], on_logs: Callable[[LoggerProvider], object]
) -> None:
    """From now on, make a provider that is set the global one, and pass it on."""

    def set_tracer_provider(tracer_provider: trace.TracerProvider) -> None:
        if isinstance(tracer_provider, TracerProvider):
            trace._TRACER_PROVIDER = tracer_provider  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - no public way to give way
            on_traces(tracer_provider)
        else:
            _set_tracer_provider(tracer_provider)

    def set_logger_provider(logger_provider: _logs.LoggerProvider) -> None:
        if isinstance(logger_provider, LoggerProvider):
            _internal._LOGGER_PROVIDER = logger_provider  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - likewise
            on_logs(logger_provider)
        else:
            _set_logger_provider(logger_provider)

    trace.set_tracer_provider = set_tracer_provider
    _logs.set_logger_provider = set_logger_provider


def sends_to(provider: TracerProvider, endpoint: str | None) -> bool:
    """Whether a provider has an OTLP exporter of its own for an endpoint.

    Its spans would arrive twice, and every cost with them.
    """
    multi: Any = provider._active_span_processor  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the SDK does not tell
    exporters = (getattr(one, "span_exporter", None) for one in multi._span_processors)  # noqa: SLF001 - likewise
    return endpoint is not None and endpoint in {
        getattr(exporter, "_endpoint", None) for exporter in exporters
    }
