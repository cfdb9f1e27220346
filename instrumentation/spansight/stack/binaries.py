"""Find a server's program: the override, then PATH, then the cache, then a build."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from spansight.conventions.environment import BINARIES
from spansight.errors import ConfigError, StackError
from spansight.stack import build
from spansight.stack.programs import PROGRAMS


class ProgramAbsent(StackError):  # noqa: N818 - a state, like StoreUnavailable
    """Grafana is not there and cannot be built; the rest of the stack runs without it."""


def find(name: str) -> Path:
    """Return the path of one program, building it when it is nowhere."""
    if name not in PROGRAMS:
        raise ConfigError(f"{name!r} is no program of the stack; expected {', '.join(PROGRAMS)}")
    program = PROGRAMS[name]
    path = _overridden(name) or _on_path(name)
    if path:
        return path
    if program.recipe is None:
        raise ProgramAbsent(
            f"{name} {program.version} or newer is not on PATH and cannot be built from source; "
            f"install it or set {BINARIES[name].name}; until then the stack has no dashboards"
        )
    return build.ensure(name, program, program.recipe)


def version(name: str, path: Path) -> tuple[int, ...] | None:
    """Return the version that a program says it has; None when it is another program."""
    try:
        said = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    banner = re.escape(PROGRAMS[name].banner)
    # Prometheus 2 and others wrote it on stderr.
    match = re.search(rf"^{banner}v?(\d+(?:\.\d+)*)", said.stdout + said.stderr, re.MULTILINE)
    return _numbers(match[1]) if match else None


def _overridden(name: str) -> Path | None:
    variable = BINARIES[name].name
    value = os.environ.get(variable)
    if not value:
        return None
    found = shutil.which(os.path.expanduser(value))  # noqa: PTH111 - Path's raises for a stranger's home
    if not found:
        raise ConfigError(
            f"{variable}={value!r}: no such program; expected the path of an executable {name}"
        )
    return Path(found).absolute()


def _on_path(name: str) -> Path | None:
    program = PROGRAMS[name]
    found = shutil.which(program.executable)
    if not found:
        return None
    path = Path(found).absolute()
    said = version(name, path)
    acceptable = said and _numbers(program.version) <= said < _numbers(program.below)
    return path if acceptable else None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))
