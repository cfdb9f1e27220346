"""The shipped compose file, running: what goes in at the published port comes out of the stores."""

import secrets
import time

import pytest
import requests
from pytest_docker.plugin import DockerComposeExecutor

from compose.shipped import UP
from spansight.conventions import attributes, metrics
from spansight.live.findings import eventually
from spansight.stores.endpoints import Endpoints
from spansight.stores.http import answers
from spansight.stores.loki import Loki
from spansight.stores.prometheus import Prometheus
from spansight.stores.tempo import Tempo

pytestmark = pytest.mark.compose

SCRAPES_S = 60.0


def text(key: str, value: str) -> dict[str, object]:
    return {"key": key, "value": {"stringValue": value}}


def number(key: str, value: int) -> dict[str, object]:
    return {"key": key, "value": {"intValue": str(value)}}


def resource(service: str) -> dict[str, object]:
    return {"attributes": [text(attributes.SERVICE_NAME, service)]}


@pytest.fixture
def service() -> str:
    """Name a service that no other test sends from."""
    return f"compose-test-{secrets.token_hex(4)}"


@pytest.fixture
def trace_id(endpoints: Endpoints, service: str) -> str:
    """Send one call to a model to the published OTLP port."""
    trace = secrets.token_hex(16)
    ended = time.time_ns()
    span = {
        "traceId": trace,
        "spanId": secrets.token_hex(8),
        "name": "chat gpt-4o-mini",
        "kind": 3,
        "startTimeUnixNano": str(ended - 750_000_000),
        "endTimeUnixNano": str(ended),
        "attributes": [
            text(attributes.OPERATION_NAME, "chat"),
            text(attributes.PROVIDER_NAME, "openai"),
            text(attributes.REQUEST_MODEL, "gpt-4o-mini"),
            text(attributes.RESPONSE_MODEL, "gpt-4o-mini"),
            number(attributes.INPUT_TOKENS, 100),
            number(attributes.OUTPUT_TOKENS, 7),
        ],
    }
    spans = {"resource": resource(service), "scopeSpans": [{"spans": [span]}]}
    url = f"{endpoints.otlp_http}/v1/traces"
    answer = requests.post(url, json={"resourceSpans": [spans]}, timeout=10)
    assert answer.status_code == 200, answer.text
    return trace


def test_a_call_reaches_tempo(endpoints: Endpoints, service: str, trace_id: str) -> None:
    spans = eventually(lambda: Tempo(endpoints.tempo).trace(trace_id), within_s=SCRAPES_S)
    assert [(span.service, span.name) for span in spans] == [(service, "chat gpt-4o-mini")]


def test_a_call_is_counted_by_prometheus(endpoints: Endpoints, service: str, trace_id: str) -> None:
    assert trace_id
    prometheus = Prometheus(endpoints.prometheus)
    wanted = {
        f'sum({metrics.REQUEST.prometheus}{{service="{service}"}})': 1,
        f'sum({metrics.TOKENS.prometheus}{{service="{service}",direction="input"}})': 100,
        f'sum({metrics.TOKENS.prometheus}{{service="{service}",direction="output"}})': 7,
        f'sum({metrics.LATENCY.sum}{{service="{service}"}})': 0.75,
    }

    def found() -> dict[str, float | None]:
        return {query: prometheus.value(query) for query in wanted}

    # A counter's first scrape writes two samples, the zero at its start and its value.
    eventually(lambda: found() == pytest.approx(wanted, rel=1e-9), within_s=SCRAPES_S)
    assert found() == pytest.approx(wanted, rel=1e-9)


def test_a_log_record_reaches_loki(endpoints: Endpoints, service: str) -> None:
    sent = time.time()
    record = {
        "timeUnixNano": str(time.time_ns()),
        "body": {"stringValue": "a comment"},
        "attributes": [text(attributes.EVENT_NAME, "spansight.feedback")],
    }
    logs = {"resource": resource(service), "scopeLogs": [{"logRecords": [record]}]}
    url = f"{endpoints.otlp_http}/v1/logs"
    answer = requests.post(url, json={"resourceLogs": [logs]}, timeout=10)
    assert answer.status_code == 200, answer.text
    query = f'{{service_name="{service}"}}'
    lines = eventually(
        lambda: Loki(endpoints.loki).lines(query, start=sent - 5, end=time.time() + 5),
        within_s=SCRAPES_S,
    )
    assert [line.body for line in lines] == ["a comment"]


def test_every_server_is_scraped(endpoints: Endpoints) -> None:
    prometheus = Prometheus(endpoints.prometheus)
    wanted = {"spansight", "otelcol", "prometheus", "alertmanager", "tempo", "loki"}

    def up() -> bool:
        return wanted <= {sample.labels["job"] for sample in prometheus.query("up == 1")}

    assert eventually(up, within_s=SCRAPES_S), prometheus.query("up")


def test_what_was_accepted_survives_a_restart_of_everything(
    compose: DockerComposeExecutor, endpoints: Endpoints, trace_id: str
) -> None:
    """The data lies in named volumes that the servers' own users can write."""
    tempo = Tempo(endpoints.tempo)
    assert eventually(lambda: tempo.trace(trace_id), within_s=SCRAPES_S)
    compose.execute("down")
    compose.execute(UP)
    assert eventually(lambda: answers("Tempo", tempo.url, "/ready"), within_s=SCRAPES_S)
    assert eventually(lambda: tempo.trace(trace_id), within_s=SCRAPES_S)
