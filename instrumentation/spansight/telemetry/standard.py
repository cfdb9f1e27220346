"""OpenTelemetry's own variables: our defaults for them, and what replaces a wrong value.

Left to itself, the SDK answers some wrong values with a traceback and no telemetry, an unknown
propagator even with an error on import, and others with silence.
"""

import os
import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from spansight.conventions import environment
from spansight.settings import Settings, say, wrong

CAPTURE_MODE: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
CAPTURE_MODES: Final = ("no_content", "span_only", "event_only", "span_and_event")
_AS_EVENTS: Final = "event_only"
METRICS_EXPORTER: Final = "OTEL_METRICS_EXPORTER"
EXPORTER_GROUPS: Final = {
    "OTEL_TRACES_EXPORTER": "opentelemetry_traces_exporter",
    "OTEL_LOGS_EXPORTER": "opentelemetry_logs_exporter",
    METRICS_EXPORTER: "opentelemetry_metrics_exporter",
}
PROTOCOLS: Final = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
"""OTLP protocol → the exporter that speaks it."""

NO_EXPORTER: Final = "none"

BATCHES: Final = {
    # A killed process loses at most what ended in its last second; the SDK's default is five.
    "SCHEDULE_DELAY": "1000",
    "MAX_QUEUE_SIZE": "2048",
    "MAX_EXPORT_BATCH_SIZE": "512",
}
"""What bounds a queue → its default; both its processors, BSP and BLRP, have each of them."""


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard variable: what holds when it is unset or wrong, and what would be right."""

    default: str | None
    expected: str
    holds: Callable[[str], bool]
    instead: str = "the default"
    """What is used when there is no default to name."""


def _installed(default: str | None, expected: str, group: str, *more: str) -> Standard:
    """Expect names of installed extensions, separated by commas."""

    def holds(value: str) -> bool:
        known = {*entry_points(group=group).names, *more}
        return all(name.strip() in known for name in value.split(","))

    return Standard(default, expected, holds)


def _exporter(variable: str, default: str | None) -> Standard:
    expected = "otlp, console, none or an installed exporter"
    return _installed(default, expected, EXPORTER_GROUPS[variable], NO_EXPORTER)


_LARGEST: Final = 2**31 - 1
"""More than the SDK's timers and queues need, and less than they fail on."""


def _number(default: str | None = None, *, least: int = 1) -> Standard:
    return Standard(
        default,
        f"a whole number from {least} to {_LARGEST}",
        # Of a number of thousands of digits Python refuses to make one.
        lambda value: (
            value.isdecimal()
            and len(value) <= len(str(_LARGEST))
            and least <= int(value) <= _LARGEST
        ),
    )


def _is_positive(value: str) -> bool:
    try:
        return 0 < float(value) <= _LARGEST
    except ValueError:
        return False


def _is_share(value: str) -> bool:
    try:
        return 0 <= float(value) <= 1
    except ValueError:
        return False


def _one_of(default: str | None, *values: str) -> Standard:
    return Standard(default, " or ".join(values), lambda value: value.lower() in values)


def _each(stem: str, standard: Standard, *signals: str) -> dict[str, Standard]:
    """Return the rows of an exporter's variable and of its namesakes for one signal each."""
    return {f"OTEL_EXPORTER_OTLP_{signal}{stem}": standard for signal in signals}


_ATTRIBUTE: Final = re.compile(r"\s*[^=,\s]+\s*=[^,]*")
# Of what OpenTelemetry refuses itself, it repeats the value, key and all, in its warning.
_HEADER: Final = re.compile(r"\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*=[ -~]*")
_UNQUOTED: Final = frozenset('";\\')
_CONTROL: Final = re.compile("%(?:0[0-9A-Fa-f]|1[0-9A-Fa-f]|7[Ff])")


def _is_attribute(pair: str) -> bool:
    return _ATTRIBUTE.fullmatch(pair) is not None


def _is_header(pair: str) -> bool:
    if not _HEADER.fullmatch(pair) or _CONTROL.search(pair):
        return False
    return _UNQUOTED.isdisjoint(pair)


def _is_url(value: str) -> bool:
    try:
        url = urlsplit(value)
        return url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
    except ValueError:  # of a port or an address that is none
        return False


_SIGNALS: Final = ("TRACES_", "LOGS_", "METRICS_")
_ALL: Final = ("", *_SIGNALS)
_FILE: Final = Standard(None, "a file", lambda value: Path(value).is_file(), "none")
_URL: Final = Standard(
    None,
    "a URL such as http://localhost:4318",
    _is_url,
)
_SAMPLER: Final = "OTEL_TRACES_SAMPLER"
_SAMPLERS: Final = ("always_on", "always_off", "traceidratio")

STANDARD: Final = {
    "OTEL_TRACES_EXPORTER": _exporter("OTEL_TRACES_EXPORTER", "otlp"),
    "OTEL_LOGS_EXPORTER": _exporter("OTEL_LOGS_EXPORTER", "otlp"),
    # Unset, only what a process says about itself: the Collector derives the rest from spans.
    METRICS_EXPORTER: _exporter(METRICS_EXPORTER, None),
    "OTEL_EXPORTER_OTLP_PROTOCOL": _one_of("http/protobuf", *PROTOCOLS),
    **_each("PROTOCOL", _one_of(None, *PROTOCOLS), *_SIGNALS),
    **_each("COMPRESSION", _one_of(None, "none", "gzip", "deflate"), *_ALL),
    **_each("TIMEOUT", Standard(None, "a number of seconds", _is_positive), *_ALL),
    **_each("CERTIFICATE", _FILE, *_ALL),
    **_each("CLIENT_KEY", _FILE, *_ALL),
    **_each("CLIENT_CERTIFICATE", _FILE, *_ALL),
    **_each("INSECURE", _one_of(None, *environment.BOOLEAN), *_ALL),
    # Where the application has queues of the SDK's, they are as quick.
    "OTEL_BSP_SCHEDULE_DELAY": _number(BATCHES["SCHEDULE_DELAY"]),
    "OTEL_BLRP_SCHEDULE_DELAY": _number(BATCHES["SCHEDULE_DELAY"]),
    **{
        f"OTEL_{processor}_{stem}": _number()
        for processor in ("BSP", "BLRP")
        for stem in ("MAX_QUEUE_SIZE", "MAX_EXPORT_BATCH_SIZE", "EXPORT_TIMEOUT")
    },
    "OTEL_METRIC_EXPORT_INTERVAL": _number(),
    "OTEL_METRIC_EXPORT_TIMEOUT": _number(),
    "OTEL_METRICS_EXEMPLAR_FILTER": _one_of(None, "always_on", "always_off", "trace_based"),
    _SAMPLER: _installed(
        None,
        "a sampler such as parentbased_traceidratio",
        "opentelemetry_traces_sampler",
        *_SAMPLERS,
        *(f"parentbased_{name}" for name in _SAMPLERS),
    ),
    f"{_SAMPLER}_ARG": Standard(None, "a share from 0 to 1", _is_share),
    "OTEL_PROPAGATORS": _installed(
        None, "tracecontext, baggage or an installed propagator", "opentelemetry_propagator", "none"
    ),
    "OTEL_EXPERIMENTAL_RESOURCE_DETECTORS": _installed(
        None, "installed detectors", "opentelemetry_resource_detector", "*"
    ),
    **{
        f"OTEL_PYTHON_{kind.upper()}": _installed(
            None, f"the name of an installed {kind.replace('_', ' ')}", f"opentelemetry_{kind}"
        )
        for kind in ("context", "tracer_provider", "logger_provider", "meter_provider")
    },
    **{
        f"OTEL_{what}_LIMIT": _number(least=0)
        for what in (
            "ATTRIBUTE_COUNT",
            "ATTRIBUTE_VALUE_LENGTH",
            "SPAN_ATTRIBUTE_COUNT",
            "SPAN_ATTRIBUTE_VALUE_LENGTH",
            "SPAN_EVENT_COUNT",
            "SPAN_LINK_COUNT",
            "EVENT_ATTRIBUTE_COUNT",
            "LINK_ATTRIBUTE_COUNT",
        )
    },
    "OTEL_SDK_DISABLED": _one_of(None, *environment.BOOLEAN),
}

PAIRS: Final = {
    "OTEL_RESOURCE_ATTRIBUTES": _is_attribute,
    **{f"OTEL_EXPORTER_OTLP_{signal}HEADERS": _is_header for signal in _ALL},
}
"""Variables that hold `name=value` pairs, separated by commas, and what a pair may be."""


def apply(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set our defaults, and replace wrong values with a line each."""
    for name, standard in STANDARD.items():
        _apply(name, standard, environ)
    for name, holds in PAIRS.items():
        _apply_pairs(name, holds, environ)
    _apply_addresses(environ)
    _apply_share(environ)
    for processor in ("BSP", "BLRP"):
        _apply_batch(processor, environ)


def apply_content(settings: Settings, environ: MutableMapping[str, str] = os.environ) -> bool:
    """Tell every instrumentor whether to capture content; return whether they do.

    Our variable decides.  Where only OpenTelemetry's is set, it means what it says, except that
    content never stays on spans.
    """
    asked = environ.get(CAPTURE_MODE, "").strip().lower()
    if asked and asked not in CAPTURE_MODES:
        wrong(CAPTURE_MODE, environ[CAPTURE_MODE], " or ".join(CAPTURE_MODES), CAPTURE_MODES[0])
    captures = settings.captures_content
    if environment.CAPTURE_CONTENT.name not in environ:
        captures = asked in CAPTURE_MODES[1:]
    environ[CAPTURE_MODE] = _AS_EVENTS if captures else "no_content"
    environ["OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT"] = str(captures).lower()
    # Judged in the process, content goes as far as the span that translates OpenLLMetry's words.
    gathers = bool(settings.evaluate) and settings.instrumentor == "openllmetry"
    environ["TRACELOOP_TRACE_CONTENT"] = str(captures or gathers).lower()
    return captures


def captures_content() -> bool:
    """Whether the instrumentors of this process were told to capture content, and so were we."""
    return os.environ.get(CAPTURE_MODE) == _AS_EVENTS


def _apply(name: str, standard: Standard, environ: MutableMapping[str, str]) -> None:
    value = environ.get(name, "").strip()
    if value and standard.holds(value):
        return
    if value:
        wrong(name, value, standard.expected, standard.default or standard.instead)
    if standard.default is None:
        environ.pop(name, None)
    else:
        environ[name] = standard.default


def _apply_pairs(
    name: str, holds: Callable[[str], bool], environ: MutableMapping[str, str]
) -> None:
    given = environ.get(name, "").strip(", ")
    kept = [pair for pair in given.split(",") if holds(pair)]
    if given and len(kept) < len(given.split(",")):
        # Headers hold keys: the value is not repeated.
        say(f"{name}: expected name=value pairs, separated by commas; using {len(kept)} of them")
        environ[name] = ",".join(kept)


def _apply_addresses(environ: MutableMapping[str, str]) -> None:
    """Expect URLs where HTTP is spoken: it silently fails without a scheme; gRPC needs none."""
    general = environ["OTEL_EXPORTER_OTLP_PROTOCOL"]
    for signal in _ALL:
        protocol = environ.get(f"OTEL_EXPORTER_OTLP_{signal}PROTOCOL", general)
        if protocol == "http/protobuf":
            _apply(f"OTEL_EXPORTER_OTLP_{signal}ENDPOINT", _URL, environ)


def _apply_share(environ: MutableMapping[str, str]) -> None:
    """Name the share of a sampler that is to keep one: without, the SDK keeps all, and warns."""
    if environ.get(_SAMPLER, "").endswith("traceidratio"):
        environ.setdefault(f"{_SAMPLER}_ARG", "1.0")


def _apply_batch(processor: str, environ: MutableMapping[str, str]) -> None:
    """Let no batch be larger than its queue, which the SDK refuses."""
    queue, batch = f"OTEL_{processor}_MAX_QUEUE_SIZE", f"OTEL_{processor}_MAX_EXPORT_BATCH_SIZE"
    size = environ.get(queue, BATCHES["MAX_QUEUE_SIZE"])
    if int(environ.get(batch, BATCHES["MAX_EXPORT_BATCH_SIZE"])) > int(size):
        if batch in environ:
            wrong(batch, environ[batch], f"at most {queue}", size)
        environ[batch] = size
