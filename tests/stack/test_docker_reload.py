"""What `spansight prices apply` asks of Docker, by a `docker` that writes down what it is asked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from spansight.stack import docker, reload
from spansight.stack.state import State
from spansight.stores.endpoints import Endpoints

ARGUMENTS = ["--config=config.yaml", "--config=exposed.yaml"]
DOCKER = """#!/bin/sh
echo "$*" >> "{asked}"
case "$*" in
  *" ps "*) echo 0c0ffee ;;
  inspect*) printf '%s' '"/otelcol-contrib" {arguments}' ;;
  exec*) {validate} ;;
esac
"""

Asked = Callable[[str], Path]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path) -> Asked:
    """Put such a program first on the path; its `validate` runs the given command."""
    assert own_cache

    def prepared(validate: str) -> Path:
        log = tmp_path / "asked"
        program = tmp_path / "docker"
        program.write_text(
            DOCKER.format(asked=log, arguments=json.dumps(ARGUMENTS), validate=validate)
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        return log

    return prepared


def container() -> reload.Collector:
    endpoints = Endpoints()
    return reload.running(State(mode="docker", folder="", endpoints=endpoints, pids={}), None)


def test_the_container_checks_the_table_beside_its_own(asked: Asked) -> None:
    log = asked("true")
    assert container().complaint(Path("prices.candidate.ottl")) == ""
    assert log.read_text().splitlines()[-1] == (
        "exec --env=SPANSIGHT_PRICES=/etc/spansight/prices.candidate.ottl 0c0ffee "
        "/otelcol-contrib validate --config=config.yaml --config=exposed.yaml"
    )


def test_its_complaint_is_one_line(asked: Asked) -> None:
    asked("echo 'a log line' >&2; printf 'Error: bad table\\nat 1:1\\n' >&2; exit 1")
    assert container().complaint(Path("prices.candidate.ottl")) == "bad table at 1:1"


def test_it_is_told_by_a_signal(asked: Asked) -> None:
    log = asked("true")
    container().reload()
    assert log.read_text().strip().endswith("kill --signal=SIGHUP collector")


def test_the_container_has_the_folder_where_it_is_looked_for() -> None:
    written = (docker.files.root() / "docker-compose.yml").read_text("utf-8")
    assert '"./collector:/etc/spansight:ro"' in written
    assert "SPANSIGHT_PRICES: /etc/spansight/prices.ottl" in written
