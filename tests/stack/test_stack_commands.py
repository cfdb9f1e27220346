"""`spansight up|status|down` on the whole stack: real servers, free ports, a cache of its own."""

import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from spansight.conventions.environment import BINARIES, CACHE
from spansight.live.findings import eventually
from spansight.stack import binaries, state
from spansight.stack.servers import SERVERS
from spansight.stores.endpoints import Endpoints
from spansight.stores.prometheus import Prometheus
from spansight.stores.tempo import Tempo

pytestmark = pytest.mark.stack

WITHIN_S = 60.0


class Machine:
    """A user with an empty cache, for whom the servers are built already."""

    def __init__(self, cache: Path) -> None:
        self.run_folder = cache / "run"
        self.environment = dict(os.environ) | {CACHE.name: str(cache)}
        for name in SERVERS:
            try:
                self.environment[BINARIES[name].name] = str(binaries.find(name))
            except binaries.ProgramAbsent:
                continue

    def spansight(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "spansight.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Start the stack once; every test leaves it as it found it."""
    machine = Machine(tmp_path_factory.mktemp("machine"))
    done = machine.spansight("up", "--free-ports")
    try:
        assert done.returncode == 0, done.stderr
        yield machine
    finally:
        machine.spansight("down")


@pytest.fixture
def record(machine: Machine) -> state.State:
    found = state.read(machine.run_folder)
    assert found
    return found


@pytest.fixture
def endpoints(record: state.State) -> Endpoints:
    return record.endpoints


def test_status_names_every_server_and_is_fine(machine: Machine, record: state.State) -> None:
    done = machine.spansight("status", "--json")
    assert done.returncode == 0, done.stdout
    status = json.loads(done.stdout)
    assert status["mode"] == "native"
    assert status["endpoints"] == record.endpoints.as_dict()
    assert set(status["servers"]) >= set(SERVERS) - {"grafana"}
    assert {name: row["pid"] for name, row in status["servers"].items()} == record.pids
    assert all(row["ready"] for row in status["servers"].values())


def test_a_second_up_changes_nothing(machine: Machine, record: state.State) -> None:
    done = machine.spansight("up", "--free-ports")
    assert done.returncode == 0
    assert "the stack is up already (native)" in done.stdout
    assert state.read(machine.run_folder) == record


def test_a_server_that_died_makes_status_fail_and_up_starts_it_again(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    assert machine.spansight("up", "--free-ports").returncode == 0
    try:
        record = state.read(machine.run_folder)
        assert record
        os.kill(record.pids["collector"], signal.SIGKILL)
        done = machine.spansight("status", "--json")
        assert done.returncode == 3
        servers = json.loads(done.stdout)["servers"]
        assert [name for name, row in servers.items() if not row["ready"]] == ["collector"]
        assert servers["collector"]["pid"] is None
        done = machine.spansight("up", "--free-ports")
        assert "not answering: collector; starting the stack again" in done.stdout
        assert done.returncode == 0
        assert not any(map(_runs, [*record.pids.values(), record.supervisor or 0]))
        record = state.read(machine.run_folder)
        assert record
    finally:
        assert machine.spansight("down").stdout == "stopped (native)\n"
    assert not any(map(_runs, [*record.pids.values(), record.supervisor or 0]))
    assert machine.spansight("status").returncode == 3
    assert machine.spansight("down").stdout == "nothing to stop\n"


def test_an_up_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-m", "spansight.cli", "up", "--free-ports"],
        env=machine.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as up:
        record = eventually(lambda: state.read(machine.run_folder), within_s=30, every_s=0.02)
        up.kill()
    assert record
    assert record.pids
    pids = [*record.pids.values(), record.supervisor or 0]
    assert eventually(lambda: not any(map(_runs, pids)), within_s=30)


def test_nothing_listens_beyond_loopback(record: state.State) -> None:
    addresses = {address for pid in record.pids.values() for address in _listening(pid)}
    assert addresses
    assert {address.rpartition(":")[0] for address in addresses} == {"127.0.0.1"}


def test_data_and_logs_stay_in_the_run_folder(machine: Machine, record: state.State) -> None:
    for name, pid in record.pids.items():
        written = {path for path in _open_files(pid) if path.is_file()}
        outside = {path for path in written if not path.is_relative_to(machine.run_folder)}
        assert not outside, (name, outside)


@pytest.mark.parametrize(
    ("server", "path", "stated"),
    [
        ("prometheus", "/api/v1/status/flags", r'"storage.tsdb.retention.time":"(90d|12w6d)"'),
        ("prometheus", "/api/v1/status/flags", r'"enable-feature":"exemplar-storage,created-'),
        ("prometheus", "/api/v1/status/config", r"scrape_interval: 15s"),
        ("loki", "/config", r"(?m)^  retention_period: 2w$"),
        ("loki", "/config", r"(?m)^analytics:\n  reporting_enabled: false$"),
        ("tempo", "/status/config", r"block_retention: 336h0m0s"),
        ("tempo", "/status/config", r"usage_report:\n    reporting_enabled: false"),
        ("tempo", "/status/config", r"max_attribute_bytes: 16384"),
    ],
)
def test_a_server_runs_with_what_its_file_states(
    endpoints: Endpoints, server: str, path: str, stated: str
) -> None:
    text = requests.get(f"{endpoints.as_dict()[server]}{path}", timeout=10).text
    assert re.search(stated, text), text[:2000]


def test_a_trace_is_readable_at_every_age(endpoints: Endpoints) -> None:
    """Who received it keeps it until the store's readers have had time to hear of its block."""
    text = requests.get(f"{endpoints.tempo}/status/config", timeout=10).text
    *_, config = yaml.safe_load_all(text)  # a line of the request comes first
    receiver = config.get("ingester") or config["live_store"]  # Tempo 2, or 3
    written = _seconds(receiver["max_block_duration"])
    heard_of = written + _seconds(config["storage"]["trace"]["blocklist_poll"])
    search = config["query_frontend"]["search"]
    assert 0 < heard_of < _seconds(search["query_backend_after"])
    assert _seconds(search["query_backend_after"]) < _seconds(receiver["complete_block_timeout"])


def test_prometheus_loads_every_shipped_rule_file(endpoints: Endpoints, machine: Machine) -> None:
    shipped = {path.name for path in (machine.run_folder / "prometheus/rules").glob("*.yaml")}
    answer = requests.get(f"{endpoints.prometheus}/api/v1/rules", timeout=10).json()
    loaded = {Path(group["file"]).name for group in answer["data"]["groups"]}
    assert shipped
    assert loaded == shipped


def test_prometheus_knows_its_alertmanager(endpoints: Endpoints) -> None:
    def urls() -> list[str]:
        answer = requests.get(f"{endpoints.prometheus}/api/v1/alertmanagers", timeout=10).json()
        return [row["url"] for row in answer["data"]["activeAlertmanagers"]]

    assert eventually(urls, within_s=WITHIN_S) == [f"{endpoints.alertmanager}/api/v2/alerts"]


def test_recent_spans_answer_traceql_metrics_and_draw_the_service_graph(
    endpoints: Endpoints,
) -> None:
    """A call between two services, fresh: by default Tempo leaves client spans and minutes out."""
    caller = f"caller-{secrets.token_hex(4)}"
    started = time.time()
    _send(endpoints, caller)
    tempo, prometheus = Tempo(endpoints.tempo), Prometheus(endpoints.prometheus)
    query = f'{{resource.service.name="{caller}" && kind=client}} | rate()'
    assert eventually(
        lambda: tempo.metric(query, start=started - 60, end=time.time() + 1), within_s=WITHIN_S
    )
    edge = f'traces_service_graph_request_total{{client="{caller}",server="callee"}}'
    assert eventually(lambda: prometheus.query(edge), within_s=WITHIN_S)


def _send(endpoints: Endpoints, caller: str) -> None:
    trace, parent, child = secrets.token_hex(16), secrets.token_hex(8), secrets.token_hex(8)
    now = time.time_ns()
    spans = [
        _resource(caller, {"spanId": parent, "kind": 3}, trace, now),
        _resource("callee", {"spanId": child, "parentSpanId": parent, "kind": 2}, trace, now),
    ]
    url = f"{endpoints.otlp_http}/v1/traces"
    assert requests.post(url, json={"resourceSpans": spans}, timeout=10).ok


def _resource(service: str, span: Mapping[str, Any], trace: str, ended: int) -> dict[str, Any]:
    times = {"startTimeUnixNano": str(ended - 10**7), "endTimeUnixNano": str(ended)}
    name = {"key": "service.name", "value": {"stringValue": service}}
    return {
        "resource": {"attributes": [name]},
        "scopeSpans": [{"spans": [{"traceId": trace, "name": "call", **times, **span}]}],
    }


def _runs(pid: int) -> bool:
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(done.stdout.strip()) and not done.stdout.strip().startswith("Z")


def _open_files(pid: int) -> list[Path]:
    links: list[Path] = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        # A live server closes descriptors between the listing and the reading.
        with contextlib.suppress(FileNotFoundError):
            links.append(descriptor.readlink())
    return [link for link in links if link.is_absolute() and link.parts[1] != "sys"]


def _seconds(duration: str) -> int:
    """Return a duration as Go's servers write it, such as 1h30m0s."""
    units = {"h": 3600, "m": 60, "s": 1}
    return sum(int(n) * units[unit] for n, unit in re.findall(r"(\d+)([hms])", duration))


def _listening(pid: int) -> list[str]:
    """Return the addresses that a process listens on, as `ss` knows them."""
    done = subprocess.run(
        ["ss", "--listening", "--tcp", "--numeric", "--processes", "--no-header"],
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.split()[3] for line in done.stdout.splitlines() if f"pid={pid}," in line]
