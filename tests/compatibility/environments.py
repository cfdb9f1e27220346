"""Environments of programs that cannot share one: made when they are needed, kept in the cache."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from compatibility.rows import Environment
from spansight.stack import cache

ROOT: Final = Path(__file__).parents[2]
LOCKS: Final = Path(__file__).parent / "locks"

_UV: Final = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
_UNREACHABLE: Final = re.compile(
    r"error sending request|dns error|failed to fetch|timed out|network was disabled", re.IGNORECASE
)
_INSTRUMENTOR: Final = "opentelemetry-instrumentation-"
_MAKING_S: Final = 600


class Unreachable(Exception):  # noqa: N818 - a state of the network, not an error of ours
    """No package index answers, and the environment is not in the cache."""


def project() -> Mapping[str, Any]:
    """Return what the project asks for and offers."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def instrumentor_extras() -> list[str]:
    """Return the names of the extras that bring an instrumentor, and nothing else."""
    extras: Mapping[str, list[str]] = project()["optional-dependencies"]
    return [name for name, (first, *_) in extras.items() if first.startswith(_INSTRUMENTOR)]


def locked(environment: Environment) -> dict[str, str]:
    """Return the exact version of every package of an environment."""
    pins = re.findall(
        r"^([\w.-]+)==([\w.+!]+)", _lock(environment).read_text("utf-8"), re.MULTILINE
    )
    return dict(pins)


def python(environment: Environment) -> Path:
    """Return the interpreter of an environment that has its packages, and Spansight as it is here.

    Raises Unreachable where packages are missing and cannot be had.
    """
    folder = cache.folder("environments") / f"{environment.name}-{_key(environment)}"
    interpreter, ready = folder / "bin" / "python", folder / "ready"
    # Two runs of the tests on one machine must not make the same environment at once.
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            _uv("venv", "--clear", "--python", sys.executable, str(folder))
            _uv("pip", "sync", "--python", str(interpreter), str(_lock(environment)))
            _uv(
                "pip", "install", "--python", str(interpreter), "--no-deps", "--editable", str(ROOT)
            )
            ready.touch()
    return interpreter


def lock(environment: Environment) -> None:
    """Resolve the packages of an environment again, for every Python and system at once."""
    extra = ("--extra", environment.extra) if environment.extra else ()
    _uv(
        *("pip", "compile", "--universal", "--python-version", "3.11", "--upgrade"),
        *("--no-header", "--no-annotate", "--output-file", str(_lock(environment)), *extra),
        *(str(ROOT / "pyproject.toml"), "-"),
        given="\n".join(environment.requirements),
    )


def _lock(environment: Environment) -> Path:
    return LOCKS / f"{environment.name}.txt"


def _key(environment: Environment) -> str:
    """Return what tells one state of an environment from another."""
    offered = {name: project()[name] for name in ("dependencies", "entry-points", "scripts")}
    state = (
        _lock(environment).read_text("utf-8"),
        json.dumps(offered, sort_keys=True),
        str(ROOT),
        sys.version,
    )
    return hashlib.sha256("\0".join(state).encode()).hexdigest()[:12]


def _uv(*arguments: str, given: str | None = None) -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("OTEL_", "SPANSIGHT_"))}
    done = subprocess.run(
        [_UV, "--quiet", *arguments],
        cwd=ROOT,
        env=environ,
        input=given,
        capture_output=True,
        text=True,
        timeout=_MAKING_S,
        check=False,
    )
    if done.returncode and _UNREACHABLE.search(done.stderr):
        raise Unreachable(done.stderr.splitlines()[-1].strip().removeprefix("cause: "))
    if done.returncode:
        raise RuntimeError(f"uv {' '.join(arguments)}:\n{done.stderr}")
