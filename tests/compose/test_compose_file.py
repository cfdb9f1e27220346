"""The shipped compose file, as a text: pinned, on loopback, without privileges, within limits."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from compose.shipped import services, variables
from spansight.conventions.environment import RETENTION
from spansight.stack import files
from spansight.stack.ports import Ports
from spansight.stack.programs import PROGRAMS
from spansight.stack.servers import SERVERS, Site

SERVICES = services()
SERVERS_IN_DOCKER = {name: row for name, row in SERVICES.items() if name != "prepare"}


def test_every_server_of_the_stack_is_a_service() -> None:
    assert set(SERVERS_IN_DOCKER) == set(SERVERS)


@pytest.mark.parametrize("row", SERVICES.values(), ids=SERVICES)
def test_a_service_has_no_privileges(row: dict[str, Any]) -> None:
    assert row["read_only"] is True
    assert row["cap_drop"] == ["ALL"]
    assert row["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "pid", "ipc", "devices", "container_name"} & row.keys()


@pytest.mark.parametrize("row", SERVERS_IN_DOCKER.values(), ids=SERVERS_IN_DOCKER)
def test_a_server_is_not_root_and_gains_no_capability(row: dict[str, Any]) -> None:
    user = int(row["user"].split(":")[0])
    assert user > 0
    assert "cap_add" not in row


@pytest.mark.parametrize("row", SERVICES.values(), ids=SERVICES)
def test_a_service_is_bounded(row: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+m", row["mem_limit"])
    assert row["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("row", SERVERS_IN_DOCKER.values(), ids=SERVERS_IN_DOCKER)
def test_the_go_runtime_collects_before_the_limit(row: dict[str, Any]) -> None:
    soft = int(row["environment"]["GOMEMLIMIT"].removesuffix("MiB"))
    hard = int(row["mem_limit"].removesuffix("m"))
    assert soft <= 0.8 * hard


@pytest.mark.parametrize("name", SERVERS)
def test_both_ways_of_running_give_a_server_the_same_memory(name: str) -> None:
    assert SERVICES[name]["environment"]["GOMEMLIMIT"] == f"{SERVERS[name].memory_mib}MiB"


@pytest.mark.parametrize("row", SERVERS_IN_DOCKER.values(), ids=SERVERS_IN_DOCKER)
def test_ports_are_published_on_loopback_only(row: dict[str, Any]) -> None:
    for port in row["ports"]:
        assert re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z_]+:-(\d+)\}:\d+", port), port


def test_published_ports_default_to_those_of_the_native_stack() -> None:
    published = {
        int(re.findall(r":-(\d+)\}", port)[0])
        for row in SERVERS_IN_DOCKER.values()
        for port in row["ports"]
    }
    internal = {Ports().tempo_grpc, Ports().tempo_otlp, Ports().loki_grpc}
    assert published == set(Ports().as_dict().values()) - internal


def test_a_health_check_needs_no_shell() -> None:
    tests = {name: row.get("healthcheck", {}).get("test") for name, row in SERVICES.items()}
    assert {name for name, test in tests.items() if not test} == {"collector", "prepare"}
    assert {test[0] for test in tests.values() if test} == {"CMD"}


def test_images_are_exact_and_stand_in_one_place() -> None:
    used = {re.findall(r"\$\{(\w+):\?", row["image"])[0] for row in SERVICES.values()}
    images = {name: value for name, value in variables().items() if name.endswith("_IMAGE")}
    assert used == set(images)
    for image in images.values():
        assert re.fullmatch(r"[a-z0-9/-]+:v?\d+\.\d+\.\d+", image)


@pytest.mark.parametrize("name", ["collector", "prometheus", "alertmanager", "loki"])
def test_docker_and_native_run_the_same_version(name: str) -> None:
    image = variables()[f"{name.upper()}_IMAGE"]
    assert image.rpartition(":")[2].removeprefix("v") == PROGRAMS[name].version


def test_prometheus_is_started_with_the_same_options_both_ways(tmp_path: Path) -> None:
    site = Site(files=files.root(), folder=tmp_path, ports=Ports())
    native = set(SERVERS["prometheus"].arguments(site, Path("prometheus")))
    docker = set(SERVICES["prometheus"]["command"])
    own = ("--config.file=", "--storage.tsdb.", "--web.listen-address=")
    assert {option for option in native ^ docker if not option.startswith(own)} == set()


def test_the_collector_reads_the_same_files_both_ways(tmp_path: Path) -> None:
    site = Site(files=files.root(), folder=tmp_path, ports=Ports())
    native = [Path(option).name for option in SERVERS["collector"].arguments(site, Path())]
    docker = [option.removeprefix("--config=") for option in SERVICES["collector"]["command"]]
    assert docker == native


def test_retention_has_one_default() -> None:
    texts = {
        "docker-compose.yml": (files.root() / "docker-compose.yml").read_text(),
        "loki": (files.root() / "loki" / "loki.yaml").read_text(),
        "tempo": (files.root() / "tempo" / "tempo.yaml").read_text(),
        "tempo-2.9": (files.root() / "tempo" / "tempo-2.9.yaml").read_text(),
    }
    for variable in RETENTION.values():
        assert variables()[variable.name] == variable.default
        stated = [
            default
            for text in texts.values()
            for default in re.findall(rf"\$\{{{variable.name}:-([^}}]+)\}}", text)
        ]
        assert stated
        assert set(stated) == {variable.default}


def test_the_file_is_short() -> None:
    assert len((files.root() / "docker-compose.yml").read_text().splitlines()) <= 175


@pytest.mark.skipif(not shutil.which("docker"), reason="there is no docker program")
class TestComposeItself:
    """`docker compose config` needs no daemon."""

    def test_accepts_the_file_with_a_password(self, tmp_path: Path) -> None:
        assert _config(tmp_path, password="x") == (0, "")

    def test_says_what_to_do_without_a_password(self, tmp_path: Path) -> None:
        code, said = _config(tmp_path, password="")
        assert code != 0
        assert "GRAFANA_ADMIN_PASSWORD" in said
        assert "set it in .env" in said


def _config(folder: Path, *, password: str) -> tuple[int, str]:
    values = variables() | {"GRAFANA_ADMIN_PASSWORD": password}
    env = folder / ".env"
    env.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    compose = files.root() / "docker-compose.yml"
    done = subprocess.run(
        ["docker", "compose", f"--env-file={env}", f"--file={compose}", "config", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name not in values},
    )
    return done.returncode, done.stderr
