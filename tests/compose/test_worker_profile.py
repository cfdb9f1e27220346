"""The worker's profile of the shipped compose file: asked for, unprivileged, and on the network."""

import json
import os
import re
import shlex
import shutil
import subprocess
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from compose.shipped import services, variables, worker
from spansight.cli import COMMANDS
from spansight.conventions import environment
from spansight.stack import files
from spansight.stores.endpoints import Endpoints
from spansight.worker import config

FOLDER = files.root() / "examples" / "schedule"


def test_it_is_asked_for() -> None:
    assert worker()["profiles"] == ["worker"]
    assert "worker" not in services()


def test_it_has_no_privileges_and_no_port() -> None:
    row = worker()
    assert row["read_only"] is True
    assert row["cap_drop"] == ["ALL"]
    assert int(row["user"].split(":")[0]) > 0
    assert not {"ports", "privileged", "cap_add"} & row.keys()
    assert re.fullmatch(r"\d+m", row["mem_limit"])


def test_its_command_is_one_of_ours() -> None:
    row = worker()
    assert row["command"][0] in COMMANDS
    assert row["healthcheck"]["test"][1:4] == ["spansight", "worker", "status"]
    assert row["command"][1] == row["healthcheck"]["test"][4]


def test_its_image_is_built_with_what_it_needs() -> None:
    lines = (FOLDER / "Dockerfile").read_text()
    assert re.search(r"^FROM python:3\.\d+-slim$", lines, re.MULTILINE)
    extras = re.findall(r"spansight\[([\w,]+)\]", lines)[0].split(",")
    assert "worker" in extras
    # A fresh volume belongs to root unless the image has that folder.
    owner = worker()["user"].split(":")[0]
    assert f"--owner={owner} --directory /var/lib/spansight" in lines


def test_its_file_is_one_that_a_worker_takes(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    written = tmp_path / "worker.yaml"
    text = written.read_text()
    said: dict[str, Any] = yaml.safe_load(text)
    assert said["loki"] == "http://loki:3100"
    assert said["tempo"] == "http://tempo:3200"
    assert said["folder"] == worker()["volumes"][1].partition(":")[2]
    written.write_text(text.replace(said["folder"], str(tmp_path / "state")))
    jobs = config.jobs(written, Endpoints())
    assert [(job.name, job.schedule.text) for job in jobs] == [
        ("online", "every 5 m"),
        ("daily", "daily at 01:00"),
    ]


def test_it_can_ask_a_judge_and_give_its_reasons() -> None:
    passed = worker()["environment"]
    for variable in (*environment.EVALUATION, environment.CAPTURE_CONTENT):
        assert passed[variable.name] is None


@pytest.mark.skipif(not shutil.which("docker"), reason="there is no docker program")
def test_compose_takes_it_with_and_without(tmp_path: Path) -> None:
    assert set(configured(tmp_path)) == set(services())
    assert set(configured(tmp_path, "--profile=worker")) == {*services(), "worker"}


def configured(folder: Path, *options: str) -> dict[str, Any]:
    values = variables() | {"GRAFANA_ADMIN_PASSWORD": "x"}
    env = folder / ".env"
    env.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    file = files.root() / "docker-compose.yml"
    command = ["docker", "compose", f"--env-file={env}", f"--file={file}", *options, "config"]
    done = subprocess.run(
        [*command, "--format=json"],
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name not in values},
    )
    return json.loads(done.stdout)["services"]


@pytest.mark.parametrize("name", ["spansight-worker.service", "spansight-daily.service", "crontab"])
def test_a_unit_s_command_is_one_that_we_take(name: str) -> None:
    lines = re.findall(r"/opt/spansight/bin/spansight (worker .*)", (FOLDER / name).read_text())
    assert lines
    for line in lines:
        command, *words = shlex.split(line)
        parser = ArgumentParser(exit_on_error=False)
        parser.set_defaults(name=command)
        import_module(f"spansight.cli.{COMMANDS[command][0]}").configure(parser)
        asked = parser.parse_args(words)
        assert asked.config == Path("/etc/spansight/worker.yaml")
        assert asked.once in {None, "online", "daily"}


def test_the_timer_keeps_the_time_of_the_worker() -> None:
    timer = (FOLDER / "spansight-daily.timer").read_text()
    assert f"OnCalendar=*-*-* {config.DAILY}:00" in timer
    assert "Persistent=true" in timer


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    units = [path for path in FOLDER.iterdir() if path.suffix in {".service", ".timer"}]
    for unit in units:
        text = unit.read_text().replace("/opt/spansight/bin/spansight", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / unit.name for unit in units)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "spansight" in line]
    assert (len(units), done.returncode, said) == (3, 0, [])
