"""`spansight run CMD…`: become that program, with instrumentation switched on."""

import os
import shutil
from argparse import REMAINDER, ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from spansight import telemetry
from spansight.errors import ConfigError

_BOOT: Final = Path(telemetry.__path__[0], "boot")
"""Holds a `sitecustomize` for interpreters whose site-packages lack `spansight.pth`."""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.usage = "%(prog)s [-h] CMD…"  # argparse would show the rest as three dots
    parser.add_argument(
        "command", nargs=REMAINDER, metavar="CMD…", help="a program and its arguments"
    )


def main(arguments: Namespace) -> int:
    """Replace this process; return only by raising."""
    command = cast("list[str]", arguments.command)
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        raise ConfigError("run needs a program: spansight run python app.py")
    program = _program(command[0])
    try:
        os.execve(program, command, environment(os.environ))  # noqa: S606 - the user's own
    except OSError as error:
        raise ConfigError(
            f"program {program!r}: {error.strerror}; expected one that this machine can run; "
            "name what runs it: spansight run python app.py"
        ) from error


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that switches instrumentation on in any Python program."""
    path = [str(_BOOT), *filter(None, inherited.get("PYTHONPATH", "").split(os.pathsep))]
    return {
        **inherited,
        "SPANSIGHT_ENABLED": "true",
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(path)),
    }


def _program(name: str) -> str:
    if found := shutil.which(name):
        return found
    if Path(name).is_file():
        raise ConfigError(f"{name!r} is no program; spansight run python {name}")
    raise ConfigError(f"program {name!r}: not found on PATH; check the spelling")
