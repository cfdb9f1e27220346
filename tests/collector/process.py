"""A Collector with the shipped files as a process, and a store that keeps what it exports."""

import os
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final, TypeVar, cast

import requests
from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span

from spansight.stack import binaries, files
from spansight.stack.ports import Ports
from spansight.stack.servers import COLLECTOR_FILES, SERVERS, Site
from support.listening import Exchange

T = TypeVar("T")

FOLDER: Final = files.root() / "collector"
FILES: Final = tuple(FOLDER / f"{name}.yaml" for name in COLLECTOR_FILES)
# The shipped interval suits a 15 s scrape; a test would only wait.
QUICK: Final = "yaml:connectors::span_metrics::metrics_flush_interval: 100ms"


class Store(ThreadingHTTPServer):
    """Takes what the Collector sends to Tempo and Loki."""

    def __init__(self, port: int) -> None:
        self.spans: list[ResourceSpans] = []
        self.logs: list[ResourceLogs] = []
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def keep(self, path: str, body: bytes) -> None:
        """Keep one request."""
        if path == "/v1/traces":
            self.spans.extend(ExportTraceServiceRequest.FromString(body).resource_spans)
        else:
            self.logs.extend(ExportLogsServiceRequest.FromString(body).resource_logs)


class _Handler(Exchange):
    def respond(self, body: bytes) -> None:
        cast("Store", self.server).keep(self.path, body)
        self.answer(200)


class Collector:
    """One running Collector and its store."""

    def __init__(self, ports: Ports, store: Store, log: Path) -> None:
        self.ports = ports
        self.store = store
        self.log = log

    def send(self, *requests_: Message) -> None:
        """Post OTLP requests, as an SDK would."""
        for request in requests_:
            signal = "traces" if isinstance(request, ExportTraceServiceRequest) else "logs"
            answer = self.post(signal, request.SerializeToString())
            assert answer.status_code == 200, answer.text

    def post(self, signal: str, body: bytes) -> requests.Response:
        """Post one request, whatever it holds, and return the answer."""
        return requests.post(
            f"http://127.0.0.1:{self.ports.otlp_http}/v1/{signal}",
            data=body,
            headers={"content-type": "application/x-protobuf"},
            timeout=10,
        )

    def resources(self, service: str) -> list[ResourceSpans]:
        """Return what reached Tempo from one service."""
        return [kept for kept in self.store.spans if _is_from(kept, service)]

    def spans(self, service: str, count: int) -> list[Span]:
        """Wait for this many spans of one service; return them in the order they were sent."""
        return eventually(lambda: self._exactly(self._spans(service), count))

    def records(self, service: str, count: int) -> list[LogRecord]:
        """Wait for this many log records of one service."""
        return eventually(lambda: self._exactly(self._records(service), count))

    def exposition(self) -> str:
        """Return the derived metrics as Prometheus gets them."""
        answer = requests.get(
            f"http://127.0.0.1:{self.ports.derived_metrics}/metrics",
            headers={"accept": "application/openmetrics-text; version=1.0.0"},
            timeout=10,
        )
        return answer.text

    def _spans(self, service: str) -> list[Span]:
        return [
            span
            for kept in self.resources(service)
            for scope in kept.scope_spans
            for span in scope.spans
        ]

    def _records(self, service: str) -> list[LogRecord]:
        return [
            record
            for kept in self.store.logs
            if _is_from(kept, service)
            for scope in kept.scope_logs
            for record in scope.log_records
        ]

    def _exactly(self, found: list[T], count: int) -> list[T]:
        assert len(found) == count, self.log.read_text()[-4000:]
        return found


def _is_from(kept: ResourceSpans | ResourceLogs, service: str) -> bool:
    return any(
        pair.key == "service.name" and pair.value.string_value == service
        for pair in kept.resource.attributes
    )


def eventually(check: Callable[[], T], within_s: float = 10.0) -> T:
    """Return the check's value as soon as it holds; raise its last failure when it never does."""
    end = time.monotonic() + within_s
    while True:
        try:
            return check()
        except AssertionError:
            if time.monotonic() > end:
                raise
        time.sleep(0.05)


def arguments(*more: str) -> list[str]:
    """Return the Collector's arguments for the shipped files, and for more of them."""
    return [part for file in (*map(str, FILES), *more) for part in ("--config", file)]


def environment(ports: Ports, store: str, folder: Path) -> dict[str, str]:
    """Return the variables of a native Collector, with one store in place of both."""
    site = Site(files=files.root(), folder=folder, ports=ports)
    return {
        **os.environ,
        **SERVERS["collector"].variables(site),
        "TEMPO_OTLP_ENDPOINT": store,
        "LOKI_OTLP_ENDPOINT": store,
        "SPANSIGHT_QUEUE_DIR": str(folder / "queue"),
    }


@contextmanager
def running(folder: Path, *overlays: str) -> Generator[Collector]:
    """Run a Collector with the shipped files, and a store behind it, until the block ends."""
    with store() as behind, process(folder, behind.url, *overlays) as (ports, _, log):
        yield Collector(ports, behind, log)


@contextmanager
def store(port: int = 0) -> Generator[Store]:
    """Run a store."""
    with Store(port) as started:
        Thread(target=started.serve_forever, daemon=True).start()
        try:
            yield started
        finally:
            started.shutdown()


@contextmanager
def process(
    folder: Path, store_url: str, *overlays: str, ports: Ports | None = None
) -> Generator[tuple[Ports, subprocess.Popen[bytes], Path]]:
    """Run a Collector alone, at ports of its own if need be; its queue stays in the folder."""
    ports = ports or Ports.free()
    log = folder / "collector.log"
    with log.open("a") as output:
        started = subprocess.Popen(
            [binaries.find("collector"), *arguments(QUICK, *overlays)],
            env=environment(ports, store_url, folder),
            stdout=output,
            stderr=output,
        )
        try:
            eventually(lambda: _is_healthy(ports, started, log), within_s=30)
            yield ports, started, log
        finally:
            started.terminate()
            started.wait(timeout=20)


def _is_healthy(ports: Ports, started: subprocess.Popen[bytes], log: Path) -> None:
    if started.poll() is not None:
        raise RuntimeError(log.read_text()[-4000:])
    try:
        answer = requests.get(f"http://127.0.0.1:{ports.collector_health}", timeout=2)
    except requests.ConnectionError as error:
        raise AssertionError from error
    assert answer.status_code == 200
