"""The same stack in Docker: drive `docker compose` on the shipped file."""

import json
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Final

from spansight.conventions.environment import GRAFANA_PASSWORD
from spansight.errors import StackError
from spansight.stack import cache, files
from spansight.stack.progress import progress
from spansight.stack.state import State
from spansight.stack.variables import require_known
from spansight.stores.endpoints import Endpoints

LOGS: Final = "docker compose --project-name spansight logs"
"""What shows the containers' logs, from any folder."""

_COLLECTOR_FILES: Final = "/etc/spansight"
"""Where the container has the folder `collector`."""
_ANSWER_WITHIN_S: Final = 10
_PULL_WITHIN_S: Final = 1800
_START_WITHIN_S: Final = 300

_PORTS: Final = {
    "otlp_http": ("collector", 4318),
    "otlp_grpc": ("collector", 4317),
    "collector_health": ("collector", 13133),
    "collector_metrics": ("collector", 8888),
    "derived_metrics": ("collector", 8889),
    "prometheus": ("prometheus", 9090),
    "alertmanager": ("alertmanager", 9093),
    "tempo": ("tempo", 3200),
    "loki": ("loki", 3100),
    "grafana": ("grafana", 3000),
}
"""Where each endpoint is inside the containers; `.env` decides where it is published."""


def obstacle() -> str:
    """Return why the stack cannot run in Docker here, empty when it can; fetches its images."""
    if not shutil.which("docker"):
        return "there is no docker program"
    for probe in (["docker", "info"], ["docker", "compose", "version"]):
        if problem := _run(probe, timeout_s=_ANSWER_WITHIN_S):
            return f"{' '.join(probe)!r} says: {problem}"
    if all(not _run(["docker", "image", "inspect", image]) for image in _images()):
        return ""
    with progress("fetching the images") as report:
        report("docker compose pull")
        problem = _run(_compose("pull", "--quiet"), timeout_s=_PULL_WITHIN_S)
    return f"the images cannot be fetched: {problem}" if problem else ""


def up() -> State:
    """Start the containers and wait until they are healthy; interrupted, it leaves none."""
    require_known()
    with progress("starting the stack in Docker") as report:
        report("docker compose up")
        try:
            problem = _run(_compose("up", "--detach", "--wait"), timeout_s=_START_WITHIN_S)
        except KeyboardInterrupt:
            report("docker compose down")
            down(purge=False)
            raise
    if problem:
        raise StackError(
            f"docker compose up says: {problem}; `{LOGS}` shows why, "
            "`docker compose --project-name spansight down` removes what did start"
        )
    return State(mode="docker", folder=str(cache.run_folder()), endpoints=_endpoints(), pids={})


def down(*, purge: bool) -> None:
    """Stop the containers; with `purge`, delete their volumes too."""
    problem = _run(_compose("down", *(["--volumes"] if purge else [])))
    if problem:
        raise StackError(f"docker compose down says: {problem}")


def validate_collector(variable: str, table: str) -> str:
    """Return what the Collector's own `validate` says against a table beside its own."""
    container = _said(_compose("ps", "--quiet", "collector")).stdout.strip()
    if not container:
        raise StackError(f"docker compose ps shows no collector; `{LOGS}` may say why")
    # As it was started, whatever files were added to those of docker-compose.yml.
    seen = _said(["docker", "inspect", "--format={{json .Path}} {{json .Args}}", container])
    program, arguments = map(json.loads, seen.stdout.split(" ", 1))
    there = f"--env={variable}={_COLLECTOR_FILES}/{table}"
    said = _said(["docker", "exec", there, container, program, "validate", *arguments])
    return said.stderr if said.returncode else ""


def reload_collector() -> None:
    """Make the running Collector read its files again."""
    problem = _run(_compose("kill", "--signal=SIGHUP", "collector"))
    if problem:
        raise StackError(f"docker compose kill says: {problem}")


def environment_file() -> Path:
    """Return the `.env` of the compose file, written when there is none.

    A checkout keeps it beside docker-compose.yml, as compose expects; an installed wheel is no
    place for secrets, so the cache holds it then.
    """
    root = files.root()
    path = (root if (root / "pyproject.toml").exists() else cache.folder()) / ".env"
    if not path.exists():
        write_environment(root / ".env.example", path)
    return path


def write_environment(example: Path, path: Path) -> None:
    """Copy the example with a password: the one of the environment, or a fresh one."""
    assignment = f"{GRAFANA_PASSWORD.name}="
    password = os.environ.get(GRAFANA_PASSWORD.name) or secrets.token_urlsafe(12)
    lines = [
        assignment + password if line == assignment else line
        for line in example.read_text().splitlines()
    ]
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n")


def _endpoints() -> Endpoints:
    listed = _said(_compose("ps", "--format=json"))
    published = {
        (row["Service"], port["TargetPort"]): port["PublishedPort"]
        for row in map(json.loads, listed.stdout.splitlines())
        for port in row["Publishers"] or ()
    }
    if hidden := [service for service, port in _PORTS.values() if (service, port) not in published]:
        raise StackError(
            f"docker compose ps shows no port of {', '.join(sorted(set(hidden)))}; "
            f"expected those of docker-compose.yml; `{LOGS}` may say why"
        )
    return Endpoints.from_dict(
        {name: f"http://127.0.0.1:{published[where]}" for name, where in _PORTS.items()}
    )


def _images() -> set[str]:
    listed = _said(_compose("config", "--images"))
    if listed.returncode:
        raise StackError(f"docker-compose.yml was refused: {listed.stderr.strip()}")
    return set(listed.stdout.split())


def _compose(*arguments: str) -> list[str]:
    root = files.root()
    return [
        "docker",
        "compose",
        f"--project-directory={root}",
        f"--env-file={environment_file()}",
        f"--file={root / 'docker-compose.yml'}",
        *arguments,
    ]


def _said(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _run(command: list[str], *, timeout_s: float | None = None) -> str:
    """Run a command; return the last thing it complained about, empty when all went well."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=timeout_s
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {timeout_s:.0f} s"
    if done.returncode == 0:
        return ""
    said = (done.stderr or done.stdout).strip().splitlines()
    return said[-1] if said else f"ended with {done.returncode}"
