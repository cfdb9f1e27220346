"""What `spansight up` needs of Docker, and what it says when it is not there."""

import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from spansight import cli
from spansight.live.findings import eventually
from spansight.stack import docker
from support.processes import running

EXAMPLE = "# why\nGRAFANA_ADMIN_PASSWORD=\nLOKI_IMAGE=grafana/loki:3.7.8\n"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    path = tmp_path / ".env.example"
    path.write_text(EXAMPLE)
    return path


def test_the_environment_file_gets_a_password_of_its_own(example: Path) -> None:
    paths = [example.with_name(name) for name in ("one", "two")]
    for path in paths:
        docker.write_environment(example, path)
        why, password, image = path.read_text().splitlines()
        assert (why, image) == ("# why", "LOKI_IMAGE=grafana/loki:3.7.8")
        assert len(password.removeprefix("GRAFANA_ADMIN_PASSWORD=")) >= 16
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert paths[0].read_text() != paths[1].read_text()


def test_the_password_of_the_environment_wins(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAFANA_ADMIN_PASSWORD", "chosen")
    docker.write_environment(example, example.with_name("one"))
    assert "GRAFANA_ADMIN_PASSWORD=chosen\n" in example.with_name("one").read_text()


def test_without_docker_up_in_docker_is_one_clear_line(
    own_cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert own_cache
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cli.main(["up", "--docker"]) == 3
    assert capsys.readouterr().err == (
        "spansight: the stack cannot run in Docker: there is no docker program; "
        "try `spansight up --native`\n"
    )


@pytest.mark.parametrize("words", [["--docker", "--native"], ["--docker", "--free-ports"]])
def test_contradictory_options_are_a_usage_error(words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["up", *words])


INTERRUPTED = """#!/bin/sh
echo "$@" >> {log}
case " $* " in *" up "*) sleep 60;; esac
"""


@pytest.mark.usefixtures("own_cache")
def test_an_interrupted_up_stops_what_did_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docker itself would leave the containers as they are."""
    log = tmp_path / "asked"
    docker_itself = tmp_path / "docker"
    docker_itself.write_text(INTERRUPTED.format(log=log))
    docker_itself.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    command = [sys.executable, "-m", "spansight.cli", "up", "--docker"]
    with running(command, os.environ) as up:
        assert eventually(lambda: log.exists() and " up " in log.read_text(), within_s=30)
        up.send_signal(signal.SIGINT)
        _, said = up.communicate(timeout=30)
    assert (up.returncode, said.splitlines()[-1]) == (130, "spansight: up interrupted")
    assert log.read_text().splitlines()[-1].endswith(" down")


PORTLESS = """#!/bin/sh
case " $* " in
  *" ps "*) echo '{"Service": "loki", "Publishers": [{"TargetPort": 3100, "PublishedPort": 0}]}';;
esac
"""


@pytest.mark.usefixtures("own_cache")
def test_a_port_that_docker_does_not_publish_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docker_itself = tmp_path / "docker"
    docker_itself.write_text(PORTLESS)
    docker_itself.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert cli.main(["up", "--docker"]) == 3
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(
        "spansight: docker compose ps shows no port of alertmanager, collector, grafana, prometheus"
    )
