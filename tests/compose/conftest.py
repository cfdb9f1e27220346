"""The shipped docker-compose.yml, brought up once, on free ports and under a name of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from typing import Final

import pytest
import yaml
from pytest_docker.plugin import DockerComposeExecutor, get_docker_services

from compose import images
from compose.shipped import UP, variables
from spansight.stack import binaries, files
from spansight.stack.ports import Ports
from spansight.stores.endpoints import Endpoints

PASSWORD: Final = "only-for-this-test"

_PORTS: Final = {
    "OTLP_HTTP_PORT": "otlp_http",
    "OTLP_GRPC_PORT": "otlp_grpc",
    "COLLECTOR_HEALTH_PORT": "collector_health",
    "COLLECTOR_METRICS_PORT": "collector_metrics",
    "DERIVED_METRICS_PORT": "derived_metrics",
    "PROMETHEUS_PORT": "prometheus",
    "ALERTMANAGER_PORT": "alertmanager",
    "TEMPO_PORT": "tempo",
    "LOKI_PORT": "loki",
    "GRAFANA_PORT": "grafana",
}
_TEMPO_3: Final = (3,)


@pytest.fixture(scope="session")
def chosen_images(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the official images, or images of the built servers, which lack Grafana."""
    _require_docker()
    official = {name: value for name, value in variables().items() if name.endswith("_IMAGE")}
    if all(map(_is_present, official.values())):
        return official
    if not shutil.which("go"):
        pytest.skip("COMPOSE NOT TESTED: neither the official images nor Go to build others")
    return images.build(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="session")
def ports() -> Ports:
    return Ports.free()


@pytest.fixture(scope="session")
def docker_compose_command(
    ports: Ports,
    chosen_images: Mapping[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """Return `docker compose` with an environment file of our own."""
    values = {
        **variables(),
        **chosen_images,
        **{name: str(ports.as_dict()[port]) for name, port in _PORTS.items()},
        "GRAFANA_ADMIN_PASSWORD": PASSWORD,
    }
    path = tmp_path_factory.mktemp("compose") / ".env"
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    unset = " ".join(f"--unset={name}" for name in values)  # the shell's would win over the file's
    return f"env {unset} docker compose --env-file={path}"


@pytest.fixture(scope="session")
def docker_compose_file(
    chosen_images: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """Return the shipped file, and what the built servers cannot do: Grafana, and Tempo 3."""
    changes: dict[str, object] = {}
    if "GRAFANA_IMAGE" not in chosen_images:
        changes["grafana"] = {"profiles": ["absent"]}
        if (binaries.version("tempo", binaries.find("tempo")) or _TEMPO_3) < _TEMPO_3:
            changes["tempo"] = {
                "command": ["-config.file=/etc/tempo/tempo-2.9.yaml", "-config.expand-env=true"],
                "healthcheck": {"disable": True},
            }
    path = tmp_path_factory.mktemp("compose") / "changes.yaml"
    path.write_text(yaml.safe_dump({"services": changes}))
    return [str(files.root() / "docker-compose.yml"), str(path)]


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    return f"spansight-test-{os.getpid()}"


@pytest.fixture(scope="session")
def compose(
    docker_compose_command: str, docker_compose_file: list[str], docker_compose_project_name: str
) -> Iterator[DockerComposeExecutor]:
    """Bring the project up, and take it down even if it did not come up."""
    names = (docker_compose_command, docker_compose_file, docker_compose_project_name)
    with get_docker_services(*names, docker_setup=[], docker_cleanup=["down --volumes"]):
        executor = DockerComposeExecutor(*names)
        executor.execute(UP)
        yield executor


@pytest.fixture(scope="session")
def endpoints(compose: DockerComposeExecutor, ports: Ports) -> Endpoints:
    assert compose
    return ports.endpoints(grafana=False)


def _require_docker() -> None:
    for command in (["docker", "info"], ["docker", "compose", "version"]):
        if (
            not shutil.which("docker")
            or subprocess.run(command, capture_output=True, check=False, timeout=30).returncode
        ):
            pytest.skip(f"COMPOSE NOT TESTED: {' '.join(command)!r} does not answer")


def _is_present(image: str) -> bool:
    command = ["docker", "image", "inspect", image]
    return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0
