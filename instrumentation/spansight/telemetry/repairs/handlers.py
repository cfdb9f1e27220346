# pyright: reportMissingTypeStubs=false
"""Where our own spans of OpenAI's calls come from: OpenTelemetry's handler, without its metrics."""

from collections.abc import Mapping
from typing import Any

from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.util.genai.completion_hook import load_completion_hook
from opentelemetry.util.genai.handler import TelemetryHandler


def handler_of(kwargs: Mapping[str, Any]) -> TelemetryHandler:
    """Return a handler for the providers that an instrumentor was loaded with."""
    return TelemetryHandler(
        tracer_provider=kwargs.get("tracer_provider"),
        meter_provider=NoOpMeterProvider(),
        logger_provider=kwargs.get("logger_provider"),
        completion_hook=load_completion_hook(),
        instrumentation_scope_name="spansight.telemetry.repairs",
    )
