"""A configuration file decides where everything goes, and calls go there like everything else."""

import socket
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from spansight.conventions import attributes, events
from spansight.demo.provider import ANSWER, Provider
from support.otlp_sink import Sink
from support.processes import PROGRAMS, environment, python, run

FILE = """\
file_format: "1.0"
resource:
  attributes:
    - {name: service.name, value: declared}
tracer_provider:
  processors:
    - batch: {schedule_delay: 60000, exporter: {otlp_http: {endpoint: "${SINK}/v1/traces"}}}
logger_provider:
  processors:
    - batch: {schedule_delay: 60000, exporter: {otlp_http: {endpoint: "${SINK}/v1/logs"}}}
meter_provider:
  readers:
    - periodic: {interval: 60000, exporter: {otlp_http: {endpoint: "${SINK}/v1/metrics"}}}
"""
reads_files = pytest.mark.skipif(
    find_spec("opentelemetry.configuration") is None,
    reason="opentelemetry-configuration is not installed",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "otel.yaml"
    path.write_text(FILE)
    return path


def settings(provider: Provider, sink: str, file: Path, **more: str) -> dict[str, str]:
    return environment(
        PROVIDER=provider.root,
        SINK=sink,
        OTEL_CONFIG_FILE=str(file),
        # The file alone counts.
        OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9",
        SPANSIGHT_ENABLED="true",
        SPANSIGHT_CAPTURE_CONTENT="true",
        SPANSIGHT_TEAM="search",
        **more,
    )


@reads_files
def test_calls_go_where_the_file_says_once_and_labelled(
    provider: Provider, sink: Sink, file: Path
) -> None:
    done = run(python("ends.py", "hold"), settings(provider, sink.url, file))
    assert (done.code, done.errors) == (0, "")
    read, held = sink.spans
    for span in (read, held):
        assert span.name == "chat gpt-4o"
        assert span.resource["service.name"] == "declared"
        assert span.attributes[attributes.TEAM] == "search"
    assert held.attributes[attributes.UNFINISHED] is True
    assert {event.name for event in sink.events} == {events.CONTENT}


@reads_files
def test_a_dead_collector_in_a_file_delays_an_exit_no_longer(
    provider: Provider, file: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        done = run(
            python("ends.py"),
            settings(provider, f"http://127.0.0.1:{mute.getsockname()[1]}", file),
        )
        ended = time.monotonic()
    answer, began = done.output.splitlines()
    assert (done.code, answer, done.errors) == (0, ANSWER, "")
    assert ended - float(began) < 4


@reads_files
@pytest.mark.parametrize(
    "text", ["file_format: [", 'file_format: "1.0"\ntracer_provider: 3\n', None]
)
def test_a_file_that_says_nothing_is_one_line_and_the_environment_counts(
    provider: Provider, sink: Sink, tmp_path: Path, text: str | None
) -> None:
    file = tmp_path / "wrong.yaml"
    if text is not None:
        file.write_text(text)
    environ = settings(provider, "", file) | {"OTEL_EXPORTER_OTLP_ENDPOINT": sink.url}
    done = run(python("one.py"), environ)
    assert (done.code, done.output) == (0, f"{ANSWER}\n")
    assert done.errors.startswith(f"spansight: OTEL_CONFIG_FILE='{file}': ")
    assert done.errors.endswith("; using the environment instead\n")
    assert done.errors.count("\n") == 1
    assert len(sink.spans) == 1


def test_without_the_package_that_reads_it_a_file_is_one_line(
    provider: Provider, sink: Sink, file: Path
) -> None:
    code = (
        "import runpy, sys; sys.modules['opentelemetry.configuration'] = None; "
        f"import spansight; spansight.instrument(); runpy.run_path({str(PROGRAMS / 'one.py')!r})"
    )
    environ = settings(provider, "", file) | {"OTEL_EXPORTER_OTLP_ENDPOINT": sink.url}
    del environ["SPANSIGHT_ENABLED"]
    done = run([sys.executable, "-c", code], environ)
    assert (done.code, done.output) == (0, f"{ANSWER}\n")
    assert done.errors == (
        f"spansight: OTEL_CONFIG_FILE='{file}': OTEL_CONFIG_FILE is set but "
        "opentelemetry-configuration is not installed. Install it with: pip install "
        "opentelemetry-configuration; using the environment instead\n"
    )
    assert [span.name for span in sink.spans] == ["chat gpt-4o"]
