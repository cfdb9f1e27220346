"""OpenTelemetry's own variables: our defaults for them, and what replaces a wrong value.

Left to itself, the SDK answers an unknown exporter or protocol with a traceback and no telemetry.
"""

import os
import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Final

from spansight.conventions import environment
from spansight.settings import Settings, wrong

CAPTURE_MODE: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
EXPORTER_GROUPS: Final = {
    "OTEL_TRACES_EXPORTER": "opentelemetry_traces_exporter",
    "OTEL_LOGS_EXPORTER": "opentelemetry_logs_exporter",
    "OTEL_METRICS_EXPORTER": "opentelemetry_metrics_exporter",
}
PROTOCOLS: Final = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
"""OTLP protocol → the exporter that speaks it."""

NO_EXPORTER: Final = "none"


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard variable: what holds when it is unset or wrong, and what would be right."""

    default: str | None
    expected: str
    holds: Callable[[str], bool]


def _exporter(group: str, default: str) -> Standard:
    def holds(value: str) -> bool:
        known = {*entry_points(group=group).names, NO_EXPORTER}
        return all(name.strip() in known for name in value.split(","))

    return Standard(default, "otlp, console, none or an installed exporter", holds)


def _number(default: str | None) -> Standard:
    return Standard(
        default, "a whole number above 0", lambda value: value.isdecimal() and value != "0"
    )


def _is_positive(value: str) -> bool:
    try:
        return float(value) > 0
    except ValueError:
        return False


def _one_of(default: str | None, *values: str) -> Standard:
    return Standard(default, " or ".join(values), lambda value: value in values)


def _url(default: str | None) -> Standard:
    return Standard(
        default,
        "a URL such as http://localhost:4318",
        lambda value: re.match(r"https?://[^/\s]", value) is not None,
    )


_SECONDS: Final = Standard(None, "a number of seconds", _is_positive)

STANDARD: Final = {
    "OTEL_TRACES_EXPORTER": _exporter(EXPORTER_GROUPS["OTEL_TRACES_EXPORTER"], "otlp"),
    "OTEL_LOGS_EXPORTER": _exporter(EXPORTER_GROUPS["OTEL_LOGS_EXPORTER"], "otlp"),
    # The Collector derives every metric from spans.
    "OTEL_METRICS_EXPORTER": _exporter(EXPORTER_GROUPS["OTEL_METRICS_EXPORTER"], NO_EXPORTER),
    "OTEL_EXPORTER_OTLP_PROTOCOL": _one_of("http/protobuf", *PROTOCOLS),
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": _one_of(None, *PROTOCOLS),
    "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL": _one_of(None, *PROTOCOLS),
    "OTEL_EXPORTER_OTLP_COMPRESSION": _one_of(None, "none", "gzip", "deflate"),
    "OTEL_EXPORTER_OTLP_TIMEOUT": _SECONDS,
    # A killed process loses at most what ended in its last second; the SDK's default is five.
    "OTEL_BSP_SCHEDULE_DELAY": _number("1000"),
    "OTEL_BLRP_SCHEDULE_DELAY": _number("1000"),
    "OTEL_BSP_MAX_QUEUE_SIZE": _number(None),
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": _number(None),
    "OTEL_BSP_EXPORT_TIMEOUT": _number(None),
    "OTEL_BLRP_MAX_QUEUE_SIZE": _number(None),
    "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE": _number(None),
}


def apply(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set our defaults, and replace wrong values with a line each."""
    for name, standard in STANDARD.items():
        _apply(name, standard, environ)
    # gRPC addresses need no scheme; HTTP ones silently fail without.
    if environ["OTEL_EXPORTER_OTLP_PROTOCOL"] == "http/protobuf":
        for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
            _apply(name, _url(None), environ)


def apply_content(settings: Settings, environ: MutableMapping[str, str] = os.environ) -> bool:
    """Tell every instrumentor whether to capture content; return whether they do.

    Our variable decides.  Where only OpenTelemetry's is set, it means what it says, except that
    content never stays on spans.
    """
    asked = environ.get(CAPTURE_MODE, "").strip().lower()
    captures = settings.captures_content
    if environment.CAPTURE_CONTENT.name not in environ:
        captures = asked in ("span_only", "event_only", "span_and_event")
    environ[CAPTURE_MODE] = "event_only" if captures else "no_content"
    environ["OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT"] = str(captures).lower()
    environ["TRACELOOP_TRACE_CONTENT"] = str(captures).lower()
    return captures


def _apply(name: str, standard: Standard, environ: MutableMapping[str, str]) -> None:
    value = environ.get(name, "").strip()
    if value and standard.holds(value):
        return
    if value:
        wrong(name, value, standard.expected, standard.default or "the default")
    if standard.default is None:
        environ.pop(name, None)
    else:
        environ[name] = standard.default
