"""A wrong value is one line that says what was expected and what is used; the program runs."""

import pytest

from spansight.demo.provider import ANSWER, Provider
from support.otlp_sink import Sink
from support.processes import environment, python, run

EXPORTERS = "otlp, console, none or an installed exporter"
PROTOCOLS = "http/protobuf or grpc"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SPANSIGHT_INSTRUMENTOR", "both", "expected official or openllmetry; using official"),
        ("SPANSIGHT_CAPTURE_CONTENT", "prompts", "expected true or false; using false"),
        ("SPANSIGHT_MASK", "1", "expected true or false; using true"),
        ("OTEL_TRACES_EXPORTER", "jaeger", f"expected {EXPORTERS}; using otlp"),
        ("OTEL_METRICS_EXPORTER", "statsd", f"expected {EXPORTERS}; using the default"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http", f"expected {PROTOCOLS}; using http/protobuf"),
        (
            "OTEL_BSP_SCHEDULE_DELAY",
            "1s",
            "expected a whole number above 0; using 1000",
        ),
    ],
)
def test_a_wrong_value_is_one_line(
    provider: Provider, sink: Sink, name: str, value: str, said: str
) -> None:
    settings = environment(
        PROVIDER=provider.root, OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, SPANSIGHT_ENABLED="true"
    )
    done = run(python("one.py"), settings | {name: value})
    assert (done.code, done.output) == (0, f"{ANSWER}\n")
    assert done.errors == f"spansight: {name}={value!r}: {said}\n"
    assert len(sink.spans) == 1


def test_an_address_without_a_scheme_is_named(provider: Provider) -> None:
    settings = environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT="127.0.0.1:9",
        OTEL_TRACES_EXPORTER="none",
        SPANSIGHT_ENABLED="true",
    )
    assert run(python("one.py"), settings).errors == (
        "spansight: OTEL_EXPORTER_OTLP_ENDPOINT='127.0.0.1:9': "
        "expected a URL such as http://localhost:4318; using the default\n"
    )


def test_a_disabled_sdk_sends_nothing(provider: Provider, sink: Sink) -> None:
    settings = environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        OTEL_SDK_DISABLED="true",
        SPANSIGHT_ENABLED="true",
    )
    done = run(python("one.py"), settings)
    assert (done.code, done.output, done.errors) == (0, f"{ANSWER}\n", "")
    assert not sink.spans
