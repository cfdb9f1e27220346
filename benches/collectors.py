"""Collectors under measurement: one process each, on one core, and a store that only counts."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import requests
import yaml
from processes import Process

from spansight.stack import binaries, files
from spansight.stack.ports import Ports
from spansight.stack.servers import COLLECTOR_FILES, SERVERS, Site

if TYPE_CHECKING:
    from telemetry_load import Load

FILES: Final = tuple(files.root() / "collector" / f"{name}.yaml" for name in COLLECTOR_FILES)
_PATIENCE_S: Final = 60.0


class Collector:
    """One running Collector."""

    def __init__(self, ports: Ports, pid: int) -> None:
        """Hold on to a process that is ready."""
        self._ports: Final = ports
        self.process: Final = Process(pid)
        self._session: Final = requests.Session()

    def cpu_s_for(self, load: "Load") -> float:
        """Send a load, wait until the store has all of it, and return the CPU time it took."""
        before_s, sent = self.process.cpu_s(), self._sent()
        for body in load.bodies:
            answer = self._session.post(
                f"http://127.0.0.1:{self._ports.otlp_http}{load.path}",
                data=body,
                headers={"content-type": "application/x-protobuf"},
                timeout=_PATIENCE_S,
            )
            answer.raise_for_status()
        _await(lambda: self._sent() - sent >= load.items, f"{load.name!r} to reach the store")
        return self.process.cpu_s() - before_s

    def _sent(self) -> int:
        url = f"http://127.0.0.1:{self._ports.collector_metrics}/metrics"
        lines = self._session.get(url, timeout=_PATIENCE_S).text.splitlines()
        return sum(
            round(float(line.rpartition(" ")[2]))
            for line in lines
            if line.startswith(("otelcol_exporter_sent_spans", "otelcol_exporter_sent_log_records"))
        )


@contextmanager
def collector(folder: Path, store: str, configuration: Mapping[str, Any]) -> Generator[Collector]:
    """Run a Collector with this configuration until the block ends."""
    folder.mkdir()
    ports = Ports.free()
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(dict(configuration)), encoding="utf-8")
    variables = {
        **SERVERS["collector"].variables(Site(files=files.root(), folder=folder, ports=ports)),
        "GOMAXPROCS": "1",
        "TEMPO_OTLP_ENDPOINT": store,
        "LOKI_OTLP_ENDPOINT": store,
    }
    log = folder / "collector.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [binaries.find("collector"), "--config", path],
            env={**os.environ, **variables},
            stdout=output,
            stderr=output,
        )
    try:
        _await(lambda: _is_ready(ports, process, log), "the Collector to start")
        yield Collector(ports, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE_S)


@contextmanager
def sink() -> Generator[str]:
    """Run a store that takes everything and keeps nothing; yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Sink) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class _Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep quiet."""


def _is_ready(ports: Ports, process: subprocess.Popen[bytes], log: Path) -> bool:
    if process.poll() is not None:
        raise SystemExit(log.read_text(encoding="utf-8")[-2000:])
    try:
        return requests.get(f"http://127.0.0.1:{ports.collector_health}", timeout=2).ok
    except requests.ConnectionError:
        return False


def _await(check: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not check():
        if time.monotonic() > end:
            raise SystemExit(f"waited {_PATIENCE_S:.0f} s for {what}")
        time.sleep(0.05)
