"""An environment for each set of packages, made by uv in the cache folder and kept there."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from subjects import OPENAI

from spansight.stack import cache

ROOT: Final = Path(__file__).parent.parent
_UV: Final = shutil.which("uv") or str(ROOT / ".tools/bin/uv")


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment with the client and some packages."""

    path: Path

    @classmethod
    def of(cls, packages: tuple[str, ...]) -> "Environment":
        """Return the environment, made if need be; this checkout is installed anew."""
        named = "-".join((OPENAI, *packages)).encode()
        path = cache.folder("benches") / hashlib.sha256(named).hexdigest()[:12]
        environment = cls(path)
        if not environment.python.exists():
            _uv("venv", "--clear", "--python", f"{sys.version_info[0]}.{sys.version_info[1]}", path)
            environment._install(OPENAI, *(one for one in packages if one != "."))
        if "." in packages:
            environment._install("--reinstall-package", "spansight", ROOT)
        return environment

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / "bin" / "python"

    def packages(self) -> set[str]:
        """Return the names of what is installed."""
        listed = _uv("pip", "list", "--format", "freeze", "--python", self.python)
        return {line.partition("==")[0].partition(" @ ")[0] for line in listed.split()}

    def run(self, *arguments: str | Path, environ: dict[str, str], within_s: float) -> str:
        """Run Python in it, and return what it prints last."""
        done = subprocess.run(
            [self.python, *arguments],
            env=_bare() | environ,
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
        lines = done.stdout.splitlines()
        if done.returncode or not lines:
            said = "\n".join(done.stderr.splitlines()[-5:])
            raise RuntimeError(f"{arguments!r} ended with {done.returncode}: {said}")
        return lines[-1]

    def _install(self, *packages: str | Path) -> None:
        # Compiled, as pip leaves packages: else every process would compile what it imports.
        _uv("pip", "install", "--compile-bytecode", "--python", self.python, *packages)


def _uv(*arguments: str | Path) -> str:
    command = (
        [_UV, arguments[0], "--quiet", *arguments[1:]]
        if arguments[0] == "venv"
        else [_UV, *arguments]
    )
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _bare() -> dict[str, str]:
    """Return the environment variables without what may set any subject, or Python, up."""
    ours = ("OTEL_", "SPANSIGHT_", "TRACELOOP_", "LANGFUSE_", "OPIK_", "PYTHON")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
