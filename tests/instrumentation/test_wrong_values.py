"""A wrong value is one line that says what was expected and what is used; the program runs."""

import pytest

from spansight.conventions.environment import ENABLED, INSTRUMENTATION
from spansight.demo.provider import ANSWER, Provider
from spansight.telemetry.standard import CAPTURE_MODE, PAIRS, STANDARD
from support.otlp_sink import Sink
from support.processes import environment, python, run

EXPORTERS = "expected otlp, console, none or an installed exporter"
PROTOCOLS = "expected http/protobuf or grpc"
COMPRESSION = "expected none or gzip or deflate; using the default"
BOOLEAN = "expected true or false"
SECONDS = "expected a number of seconds; using the default"
FILE = "expected a file; using none"
WHOLE = "expected a whole number from 1 to 2147483647"
NUMBER = f"{WHOLE}; using the default"
LIMIT = "expected a whole number from 0 to 2147483647; using the default"
URL = "expected a URL such as http://localhost:4318; using the default"
SIGNALS = ("TRACES_", "LOGS_", "METRICS_")


def each(stem: str, value: str, said: str, *signals: str) -> dict[str, tuple[str, str]]:
    return {f"OTEL_EXPORTER_OTLP_{signal}{stem}": (value, said) for signal in signals}


OURS = {
    variable.name: ("1", f"expected {' or '.join(variable.values)}; using {variable.default}")
    for variable in INSTRUMENTATION
    if variable.values and variable is not ENABLED
}
THEIRS = {
    "OTEL_TRACES_EXPORTER": ("jaeger", f"{EXPORTERS}; using otlp"),
    "OTEL_LOGS_EXPORTER": ("otlp,loki", f"{EXPORTERS}; using otlp"),
    "OTEL_METRICS_EXPORTER": ("statsd", f"{EXPORTERS}; using the default"),
    "OTEL_EXPORTER_OTLP_PROTOCOL": ("http", f"{PROTOCOLS}; using http/protobuf"),
    **each("PROTOCOL", "http/json", f"{PROTOCOLS}; using the default", *SIGNALS),
    **each("COMPRESSION", "zip", COMPRESSION, "", *SIGNALS),
    **each("TIMEOUT", "soon", SECONDS, "", *SIGNALS),
    **each("CERTIFICATE", "/no/such.pem", FILE, "", *SIGNALS),
    **each("CLIENT_KEY", "/no/such.pem", FILE, "", *SIGNALS),
    **each("CLIENT_CERTIFICATE", "/no/such.pem", FILE, "", *SIGNALS),
    **each("INSECURE", "yes", f"{BOOLEAN}; using the default", "", *SIGNALS),
    "OTEL_BSP_SCHEDULE_DELAY": ("1s", f"{WHOLE}; using 1000"),
    "OTEL_BLRP_SCHEDULE_DELAY": ("-5", f"{WHOLE}; using 1000"),
    **{
        f"OTEL_{processor}_{stem}": ("many", NUMBER)
        for processor in ("BSP", "BLRP")
        for stem in ("MAX_QUEUE_SIZE", "MAX_EXPORT_BATCH_SIZE", "EXPORT_TIMEOUT")
    },
    "OTEL_METRIC_EXPORT_INTERVAL": ("0", NUMBER),
    "OTEL_METRIC_EXPORT_TIMEOUT": ("never", NUMBER),
    "OTEL_METRICS_EXEMPLAR_FILTER": (
        "some",
        "expected always_on or always_off or trace_based; using the default",
    ),
    "OTEL_TRACES_SAMPLER": (
        "half",
        "expected a sampler such as parentbased_traceidratio; using the default",
    ),
    "OTEL_TRACES_SAMPLER_ARG": ("1.5", "expected a share from 0 to 1; using the default"),
    "OTEL_PROPAGATORS": (
        "pigeon",
        "expected tracecontext, baggage or an installed propagator; using the default",
    ),
    "OTEL_EXPERIMENTAL_RESOURCE_DETECTORS": (
        "radar",
        "expected installed detectors; using the default",
    ),
    **{
        f"OTEL_PYTHON_{kind.upper().replace(' ', '_')}": (
            "mine",
            f"expected the name of an installed {kind}; using the default",
        )
        for kind in ("context", "tracer provider", "logger provider", "meter provider")
    },
    **{
        f"OTEL_{what}_LIMIT": ("none", LIMIT)
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
    "OTEL_SDK_DISABLED": ("no", f"{BOOLEAN}; using the default"),
}
"""Variable → a wrong value, and what is said of it."""

SECRET = "sk-0123456789"


def test_every_variable_has_its_wrong_value_here() -> None:
    assert THEIRS.keys() == STANDARD.keys()
    assert OURS.keys() >= {"SPANSIGHT_INSTRUMENTOR", "SPANSIGHT_CAPTURE_CONTENT", "SPANSIGHT_MASK"}


def test_every_variable_can_be_wrong_at_once(provider: Provider, sink: Sink) -> None:
    wrong = {name: value for name, (value, _) in (OURS | THEIRS).items()}
    wrong |= dict.fromkeys(PAIRS, f"good=1,{SECRET}")
    environ = environment(
        PROVIDER=provider.root, OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, SPANSIGHT_ENABLED="true"
    )
    done = run(python("one.py"), environ | wrong)
    assert (done.code, done.output) == (0, f"{ANSWER}\n")
    said = {f"spansight: {name}={value!r}: {line}" for name, (value, line) in OURS.items()}
    said |= {f"spansight: {name}={value!r}: {line}" for name, (value, line) in THEIRS.items()}
    said |= {
        f"spansight: {name}: expected name=value pairs, separated by commas; using 1 of them"
        for name in PAIRS
    }
    assert sorted(done.errors.splitlines()) == sorted(said)
    (span,) = sink.spans
    assert span.resource["good"] == "1"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SPANSIGHT_ENABLED", "yes", f"{BOOLEAN}; using false"),
        (
            CAPTURE_MODE,
            "true",
            "expected no_content or span_only or event_only or span_and_event; using no_content",
        ),
        (
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
            "5000",
            "expected at most OTEL_BSP_MAX_QUEUE_SIZE; using 2048",
        ),
        # As large, a queue cannot be made, and no timer can be set.
        ("OTEL_BLRP_MAX_QUEUE_SIZE", "9" * 20, NUMBER),
        ("OTEL_BSP_SCHEDULE_DELAY", "9" * 20, f"{WHOLE}; using 1000"),
    ],
)
def test_a_wrong_value_is_one_line(
    provider: Provider, sink: Sink, name: str, value: str, said: str
) -> None:
    environ = environment(
        PROVIDER=provider.root, OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, SPANSIGHT_ENABLED="true"
    )
    done = run(python("one.py"), environ | {name: value})
    assert (done.code, done.output) == (0, f"{ANSWER}\n")
    assert done.errors == f"spansight: {name}={value!r}: {said}\n"
    assert len(sink.spans) == (name != "SPANSIGHT_ENABLED")


@pytest.mark.parametrize("signal", ["", *SIGNALS])
def test_an_address_without_a_scheme_is_named(provider: Provider, signal: str) -> None:
    name = f"OTEL_EXPORTER_OTLP_{signal}ENDPOINT"
    environ = environment(
        PROVIDER=provider.root, OTEL_TRACES_EXPORTER="none", SPANSIGHT_ENABLED="true"
    )
    done = run(python("one.py"), environ | {name: "127.0.0.1:9"})
    assert (done.code, done.output) == (0, f"{ANSWER}\n")
    assert done.errors == f"spansight: {name}='127.0.0.1:9': {URL}\n"


def test_a_disabled_sdk_sends_nothing(provider: Provider, sink: Sink) -> None:
    environ = environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        OTEL_SDK_DISABLED="true",
        SPANSIGHT_ENABLED="true",
    )
    done = run(python("one.py"), environ)
    assert (done.code, done.output, done.errors) == (0, f"{ANSWER}\n", "")
    assert not sink.spans
