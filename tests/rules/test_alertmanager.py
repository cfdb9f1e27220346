"""Who is told of what: the shipped files in a real Alertmanager."""

import json
import re
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final, cast

import pytest
import requests
import yaml

from spansight.stack import binaries
from spansight.stack.ports import LOOPBACK, Ports
from support.otlp_sink import until

ROOT: Final = Path(__file__).parents[2] / "prometheus"
MAIN: Final = ROOT / "alertmanager.yml"
EXAMPLES: Final = sorted((ROOT / "examples").glob("alertmanager-*.yml"))
RULES: Final = sorted((ROOT / "rules").glob("*.yaml"))
WITHIN_S: Final = 20.0

every_file = pytest.mark.parametrize("path", [MAIN, *EXAMPLES], ids=lambda path: path.stem)
every_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)

Labels = Mapping[str, str]


def load(path: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(path.read_text("utf-8")))


class Pager(ThreadingHTTPServer):
    """Keeps which receiver was told of which alert."""

    def __init__(self) -> None:
        self.told: set[tuple[str, str]] = set()
        super().__init__((LOOPBACK, 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["content-length"])))
        told = {(message["receiver"], each["labels"]["alertname"]) for each in message["alerts"]}
        cast("Pager", self.server).told |= told
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep quiet."""


@contextmanager
def pager() -> Generator[Pager]:
    with Pager() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@contextmanager
def alertmanager(configuration: Path, folder: Path) -> Generator[str]:
    """Run an Alertmanager until the block ends."""
    url = f"http://{LOOPBACK}:{Ports.free().alertmanager}"
    with (folder / "alertmanager.log").open("w") as log:
        started = subprocess.Popen(
            [
                binaries.find("alertmanager"),
                f"--config.file={configuration}",
                f"--storage.path={folder / 'data'}",
                f"--web.listen-address={url.removeprefix('http://')}",
                "--cluster.listen-address=",
            ],
            stdout=log,
            stderr=log,
        )
        try:
            until(lambda: is_ready(url), within_s=WITHIN_S)
            yield url
        finally:
            started.terminate()
            started.wait(timeout=30)


def is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/-/ready", timeout=2).status_code == 200
    except requests.ConnectionError:
        return False


def fire(url: str, *alerts: Labels) -> None:
    body = [{"labels": dict(labels)} for labels in alerts]
    requests.post(f"{url}/api/v2/alerts", json=body, timeout=5).raise_for_status()


def held_back(url: str) -> dict[str, bool]:
    found = requests.get(f"{url}/api/v2/alerts", timeout=5).json()
    return {each["labels"]["alertname"]: bool(each["status"]["inhibitedBy"]) for each in found}


@pytest.fixture
def listening(tmp_path: Path) -> Generator[tuple[Pager, str]]:
    """Run the webhook example with a pager behind every secret file, in a hurry."""
    with pager() as server:
        text = (ROOT / "examples" / "alertmanager-webhook.yml").read_text("utf-8")
        for secret in re.findall(r"/run/secrets/([\w-]+)", text):
            (tmp_path / secret).write_text(f"http://{LOOPBACK}:{server.server_port}/{secret}")
        configuration = yaml.safe_load(text.replace("/run/secrets", str(tmp_path)))
        configuration["route"]["group_wait"] = "1s"
        file = tmp_path / "alertmanager.yml"
        file.write_text(yaml.safe_dump(configuration))
        with alertmanager(file, tmp_path) as url:
            yield server, url


@pytest.mark.stack
@every_file
def test_amtool_and_alertmanager_load_the_file(path: Path, tmp_path: Path) -> None:
    command = [binaries.find("amtool"), "check-config", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    with alertmanager(path, tmp_path) as url:
        loaded = requests.get(f"{url}/api/v2/status", timeout=5).json()["config"]["original"]
        assert "CollectorDown" in loaded


@pytest.mark.stack
def test_a_dead_collector_is_one_page(listening: tuple[Pager, str]) -> None:
    server, url = listening
    fire(
        url,
        {"alertname": "CollectorDown", "severity": "critical"},
        {"alertname": "NothingReceived", "severity": "critical"},
        {"alertname": "TrafficDrop", "severity": "warning", "service": "shop", "team": "search"},
        {"alertname": "TrafficDrop", "severity": "warning", "service": "mail", "team": "office"},
        {"alertname": "EvaluationStopped", "severity": "warning", "service": "shop"},
        {"alertname": "HighCardinality", "severity": "warning"},
    )
    until(lambda: len(server.told) >= 2, within_s=WITHIN_S)
    assert server.told == {("on-call", "CollectorDown"), ("operators", "HighCardinality")}
    assert held_back(url) == {
        "CollectorDown": False,
        "NothingReceived": True,
        "TrafficDrop": True,
        "EvaluationStopped": True,
        "HighCardinality": False,
    }


@pytest.mark.stack
def test_a_critical_form_holds_its_warning_back_and_no_other(
    listening: tuple[Pager, str],
) -> None:
    server, url = listening
    shop = {"service": "shop", "environment": "prod", "team": "search"}
    fire(
        url,
        {"alertname": "RetrievalBurn", "severity": "critical", "objective": "retrieval", **shop},
        {"alertname": "RetrievalBurn", "severity": "warning", "objective": "retrieval", **shop},
        {"alertname": "FirstTokenBurn", "severity": "warning", "objective": "first_token", **shop},
        {"alertname": "LowRating", "severity": "warning", "service": "mail", "team": "office"},
    )
    until(lambda: len(server.told) >= 4, within_s=WITHIN_S)
    assert server.told == {
        ("on-call", "RetrievalBurn"),
        ("team-search", "RetrievalBurn"),
        ("team-search", "FirstTokenBurn"),
        ("team-office", "LowRating"),
    }
    found = requests.get(f"{url}/api/v2/alerts", timeout=5).json()
    held = [each["labels"] for each in found if each["status"]["inhibitedBy"]]
    assert [(each["alertname"], each["severity"]) for each in held] == [
        ("RetrievalBurn", "warning")
    ]


@every_example
def test_every_example_holds_back_what_the_shipped_file_does(path: Path) -> None:
    assert load(path)["inhibit_rules"] == load(MAIN)["inhibit_rules"]


@every_file
def test_no_secret_stands_in_a_file(path: Path) -> None:
    text = path.read_text("utf-8")
    secret = re.compile(r"\b(?:api_url|auth_password|password|credentials|url|routing_key|token):")
    assert not secret.search(text)
    assert path == MAIN or "/run/secrets/" in text


@every_example
def test_an_example_routes_by_severity_and_by_team(path: Path) -> None:
    matched = " ".join(" ".join(route["matchers"]) for route in load(path)["route"]["routes"])
    assert 'severity="critical"' in matched
    assert 'team="search"' in matched


def test_what_is_held_back_and_by_what_are_alerts_that_exist() -> None:
    rules = [rule for path in RULES for group in load(path)["groups"] for rule in group["rules"]]
    exist = {rule["alert"] for rule in rules if "alert" in rule}
    for rule in load(MAIN)["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            if named := re.fullmatch(r'alertname=~?"(.*)"', matcher):
                assert any(re.fullmatch(named[1], name) for name in exist)
                plain = [name for name in named[1].split("|") if name.isalpha()]
                assert set(plain) <= exist
