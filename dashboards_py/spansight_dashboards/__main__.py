"""`python -m spansight_dashboards build | check`: write the generated files, or compare them."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spansight.errors import ConfigError
from spansight_dashboards import emit, terraform
from spansight_dashboards.config import DEFAULT, Config

if TYPE_CHECKING:
    from argparse import _SubParsersAction  # pyright: ignore[reportPrivateUsage] - no public name

_ACTIONS: Final = {
    "build": "write the boards and rules",
    "check": "say which committed file differs, and how",
}
_KINDS: Final = {str: "text", int: "a whole number", float: "a number"}
_FIX: Final = "edit dashboards_py, then `spansight dashboards build`"


def configure(parser: ArgumentParser) -> "_SubParsersAction[ArgumentParser]":
    """Add the actions `build` and `check`; return where others can join them."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    build, check = (
        actions.add_parser(name, help=what, description=what) for name, what in _ACTIONS.items()
    )
    for action in (build, check):
        knobs(action)
        action.add_argument(
            "--output",
            "--out",
            type=Path,
            default=Path(),
            metavar="DIR",
            help="folder that holds grafana/ and prometheus/ (default: this one)",
        )
    build.add_argument(
        "--terraform", action="store_true", help=f"also write {terraform.PATH}, which applies them"
    )
    return actions


def knobs(parser: ArgumentParser) -> None:
    """Let the command change what boards and rules depend on."""
    parser.add_argument(
        "--set",
        type=_setting,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change one knob, such as daily_budget_usd=250, prometheus_source=Mimir or "
        "service_label=app; may be repeated; a name that is none lists them all",
    )


def config(arguments: Namespace) -> Config:
    """Return the knobs as the command line sets them; ConfigError where two do not go together."""
    return replace(DEFAULT, **dict(arguments.set))


def run(arguments: Namespace) -> int:
    """Build or check, and return the exit code: 0 fine, 1 when a file differs."""
    files = emit.artefacts(config(arguments))
    if arguments.action == "build":
        if arguments.terraform:
            files |= terraform.artefact(files)
        emit.refuse_clashes(files, arguments.output)
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
    try:
        return run(parser.parse_args(argv))
    except ConfigError as error:
        sys.stderr.write(f"spansight: {error}\n")
        return 2


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
