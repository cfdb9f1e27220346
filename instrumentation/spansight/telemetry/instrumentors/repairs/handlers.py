# pyright: reportMissingTypeStubs=false
"""Where our own spans of OpenAI's calls come from: OpenTelemetry's handler, without its metrics."""

from collections.abc import Mapping
from typing import Any

from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.util.genai.completion_hook import CompletionHook, load_completion_hook
from opentelemetry.util.genai.handler import TelemetryHandler

from spansight.telemetry.records import answers


def handler_of(kwargs: Mapping[str, Any]) -> TelemetryHandler:
    """Return a handler for the providers that an instrumentor was loaded with."""
    return TelemetryHandler(
        tracer_provider=kwargs.get("tracer_provider"),
        meter_provider=NoOpMeterProvider(),
        logger_provider=kwargs.get("logger_provider"),
        completion_hook=hook(),
        instrumentation_scope_name="spansight.telemetry.instrumentors.repairs",
    )


def hook() -> CompletionHook:
    """Return the application's hook; where answers are judged, with one that keeps them."""
    theirs = load_completion_hook()
    return answers.Overheard(theirs.on_completion) if answers.are_heard() else theirs
