"""Providers and exporters, built from the environment.

From the SDK's public parts rather than by its configurator, which would also claim the global
meter provider, and shut down at exit without a bound.
"""

import os
from importlib.metadata import entry_points, version
from typing import TYPE_CHECKING, Any, Final

from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from spansight.settings import say
from spansight.telemetry.guard import Guard
from spansight.telemetry.records.processors import GuardedEvents, GuardedSpans
from spansight.telemetry.standard import EXPORTER_GROUPS, NO_EXPORTER, PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Callable

_SCRAPE_MS: Final = 15_000
"""As often as Prometheus asks the Collector."""


def tracer_provider(processors: GuardedSpans) -> TracerProvider:
    """Build a tracer provider; sampler, limits and resource come from the environment."""
    return TracerProvider(
        active_span_processor=processors, resource=_resource(), shutdown_on_exit=False
    )


def logger_provider(processors: GuardedEvents) -> LoggerProvider:
    """Build a logger provider."""
    return LoggerProvider(
        multi_log_record_processor=processors, resource=_resource(), shutdown_on_exit=False
    )


def meter_provider() -> MeterProvider:
    """Build a meter provider; where the environment names no exporter, it exports by OTLP."""
    every_ms = float(os.environ.get("OTEL_METRIC_EXPORT_INTERVAL", _SCRAPE_MS))
    readers = [
        exporter
        if isinstance(exporter, MetricReader)
        else PeriodicExportingMetricReader(exporter, every_ms)
        for exporter in exporters("METRICS")
    ]
    return MeterProvider(metric_readers=readers, resource=_resource(), shutdown_on_exit=False)


def exporters(signal: str) -> list[Any]:
    """Build the exporters of TRACES, LOGS or METRICS; one that cannot be built is one line."""
    variable = f"OTEL_{signal}_EXPORTER"
    built: list[object] = []
    for name in map(str.strip, os.environ.get(variable, "otlp").split(",")):
        if name == NO_EXPORTER:
            continue
        with Guard("exporter") as guard:
            built.append(_exporter(name, signal, EXPORTER_GROUPS[variable]))
        if guard.error is not None:
            say(f"{variable}={name!r} could not be set up: {guard.error!r}; nothing goes that way")
    return built


def _exporter(name: str, signal: str, group: str) -> object:
    if name == "otlp":
        specific = os.environ.get(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL")
        name = PROTOCOLS[specific or os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"]]
    (entry_point,) = entry_points(group=group, name=name)
    make: Callable[[], object] = entry_point.load()
    return make()


def _resource() -> Resource:
    ours = {"telemetry.distro.name": "spansight", "telemetry.distro.version": version("spansight")}
    return Resource.create(ours)
