"""A worker on the real servers: what applications answered is judged, and how it does is known."""

import sys
import time
from pathlib import Path

import pytest

from spansight.conventions import attributes, events, labels, metrics
from spansight.live.findings import eventually
from spansight.stack.native import NativeStack
from spansight.stores.loki import Line, Loki
from spansight.stores.prometheus import Prometheus
from support.processes import Finished, environment, run
from support.traffic import Traffic

pytestmark = pytest.mark.stack

SCRAPES_S = 60
WORKER = "spansight-worker"


@pytest.fixture
def file(stack: NativeStack, tmp_path: Path) -> Path:
    """Write a worker's file for the stack, beside which it keeps what it has done."""
    written = tmp_path / "worker.yaml"
    written.write_text(
        f"loki: {stack.endpoints.loki}\ntempo: {stack.endpoints.tempo}\njobs:\n"
        "  online: {delay: 1s, evaluators: [not_empty, relevancy]}\n"
        "  daily: {kind: offline, sample: 5, evaluators: [relevancy]}\n"
    )
    return written


def once(stack: NativeStack, file: Path, job: str, service: str = WORKER) -> Finished:
    """Run a job of the worker now; each test has one of its own, by folder and by service."""
    command = [sys.executable, "-m", "spansight.cli", "worker", "--config", file, "--once", job]
    usual = {} if service == WORKER else {"OTEL_SERVICE_NAME": service}
    otlp = environment(OTEL_EXPORTER_OTLP_ENDPOINT=stack.endpoints.otlp_http, **usual)
    return run(command, otlp, within_s=120)


def scores(loki: Loki, traffic: Traffic, service: str) -> list[Line]:
    query = f'{{service_name="{service}"}} | {attributes.EVENT_NAME}="{events.EVALUATION}"'
    return loki.lines(query, start=traffic.started, end=time.time() + 60, limit=1000)


def test_recorded_answers_are_judged_once(
    stack: NativeStack, loki: Loki, prometheus: Prometheus, traffic: Traffic, file: Path
) -> None:
    first = once(stack, file, "online")
    assert first.code == 0, first.output + first.errors
    judged = int(first.output.partition("judged ")[2].split()[0])
    assert judged > 0
    again = once(stack, file, "online")
    assert "judged 0 answers" in again.output

    def told() -> list[Line]:
        found = scores(loki, traffic, WORKER)
        return found if len(found) >= 2 * judged - judged else []

    assert eventually(told, within_s=30)
    asked = f'{{service_name=~".+"}} | {attributes.EVENT_NAME}="{events.CONTENT}"'
    spans = {
        (line.labels["trace_id"], line.labels["span_id"])
        for line in loki.lines(asked, start=traffic.started, end=time.time() + 60, limit=5000)
    }
    found = scores(loki, traffic, WORKER)
    assert {(line.labels["trace_id"], line.labels["span_id"]) for line in found} <= spans
    names = [(line.labels["span_id"], line.labels["gen_ai_evaluation_name"]) for line in found]
    assert len(names) == len({*names})
    count = f'sum({metrics.EVALUATION_SCORE.count}{{service="{WORKER}",evaluation="not_empty"}})'
    assert eventually(lambda: prometheus.value(count) == judged, within_s=SCRAPES_S, every_s=1)


def test_prometheus_knows_how_the_jobs_do(
    stack: NativeStack, prometheus: Prometheus, traffic: Traffic, file: Path
) -> None:
    assert traffic
    before = time.time()
    assert once(stack, file, "online", "observed-worker").code == 0
    of = f'{{{labels.WORKER_JOB}="online",{labels.SERVICE}="observed-worker"}}'
    success = f"max({metrics.WORKER_LAST_SUCCESS.prometheus}{of})"
    assert metrics.WORKER_LAST_SUCCESS.prometheus == (
        "spansight_worker_last_success_timestamp_seconds"
    )

    def is_new() -> bool:
        return (prometheus.value(success) or 0) >= before

    assert eventually(is_new, within_s=SCRAPES_S, every_s=1), prometheus.metric_names()
    runs = f"sum by ({labels.STATUS}) ({metrics.WORKER_RUN.prometheus}{of})"
    told = {sample.labels[labels.STATUS]: sample.value for sample in prometheus.query(runs)}
    assert told["success"] == 1
    assert sum(told.values()) == 1
    assert prometheus.value(f"max({metrics.WORKER_DURATION.prometheus}{of})") is not None


def test_yesterday_s_answers_are_sampled(stack: NativeStack, traffic: Traffic, file: Path) -> None:
    """There are none of yesterday: that is said, and the job has failed."""
    assert traffic
    done = once(stack, file, "daily", "daily-worker")
    assert done.code == 1
    assert "daily: failed: ConfigError: no prompts and answers in Loki" in done.output
