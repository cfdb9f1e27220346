"""`python -m spansight_dashboards build | check`: write the generated files, or compare them."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

from spansight_dashboards import emit
from spansight_dashboards.config import DEFAULT, Config

_KINDS: Final = {str: "text", int: "a whole number", float: "a number"}
_FIX: Final = "edit dashboards_py, then `spansight dashboards build`"


def configure(parser: ArgumentParser) -> None:
    """Add the two actions and their options to `parser`."""
    parser.add_argument(
        "action",
        choices=("build", "check"),
        help="build writes the files; check says which committed file differs, and how",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="folder that holds grafana/ and prometheus/ (default: this one)",
    )
    parser.add_argument(
        "--set",
        type=_setting,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change one knob, such as daily_budget_usd=250; may be repeated",
    )


def run(arguments: Namespace) -> int:
    """Build or check, and return the exit code: 0 fine, 1 when a file differs."""
    files = emit.artefacts(replace(DEFAULT, **dict(arguments.set)))
    if arguments.action == "build":
        changed = emit.write(files, arguments.output)
        _say(*(f"wrote {path}" for path in changed), f"{len(files)} files, {len(changed)} changed")
        return 0
    found = list(emit.differences(files, arguments.output))
    if found:
        _say(*found, f"{len(found)} differences from {len(files)} generated files; {_FIX}")
        return 1
    _say(f"{len(files)} files are as generated")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run as a program of its own."""
    parser = ArgumentParser(prog="python -m spansight_dashboards", description=__doc__)
    configure(parser)
    return run(parser.parse_args(argv))


def _setting(text: str) -> tuple[str, str | int | float]:
    name, _, value = text.partition("=")
    kinds: dict[str, type[str | int | float]] = {
        field.name: type(getattr(DEFAULT, field.name)) for field in fields(Config)
    }
    if name not in kinds:
        raise ArgumentTypeError(f"{name!r}: expected one of {', '.join(kinds)}")
    try:
        return name, kinds[name](value)
    except ValueError as error:
        raise ArgumentTypeError(f"{name}={value!r}: expected {_KINDS[kinds[name]]}") from error


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
