"""The command line: one module a command, imported only when that command is the one asked for."""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Final, Protocol, cast

from spansight.cli import output
from spansight.errors import ConfigError, SpansightError

FINE: Final = 0
FINDINGS: Final = 1
USAGE: Final = 2
UNREACHABLE: Final = 3
INTERRUPTED: Final = 130
UNREAD: Final = 141
"""As a shell reports SIGINT and SIGPIPE."""

COMMANDS: Final = {
    "run": ("run", "run a program with instrumentation switched on"),
    "up": ("stack", "start the stack, in Docker or as plain processes"),
    "down": ("stack", "stop the stack"),
    "status": ("stack", "say what runs and where"),
    "which": ("stack", "say where the servers' programs are, and build what is missing"),
    "demo": ("demo", "send real LLM traffic through the stack and say where to look"),
    "doctor": ("doctor", "follow one call hop by hop, and run every panel's query"),
    "dashboards": ("dashboards", "build, check or push the dashboards and rules"),
    "prices": ("prices", "build or apply the price table, or show a model's price"),
    "eval": ("eval", "judge answers, compare with a baseline, sample traffic"),
    "worker": ("worker", "judge new answers every few minutes, and evaluate every day"),
    "review": ("review", "let people judge answers on a local page"),
}
"""Command → its module and what it does."""

EXAMPLES: Final = {
    "run": ["spansight run gunicorn app:wsgi --workers 2"],
    "up": ["spansight up", "spansight up --free-ports"],
    "down": ["spansight down --purge"],
    "status": ["spansight status"],
    "which": ["spansight which collector"],
    "demo": ["spansight demo --seconds 120"],
    "doctor": ["spansight doctor", "spansight doctor --json --minutes 15"],
    "dashboards": [
        "spansight dashboards build --out monitoring --set daily_budget_usd=250",
        "spansight dashboards push --dry-run",
    ],
    "prices": ["spansight prices show gpt-5", "spansight prices apply"],
    "eval": [
        "spansight eval run golden.jsonl --target my_app:answer --out run.jsonl",
        "spansight eval gate run.jsonl --baseline baseline.jsonl",
    ],
    "worker": ["spansight worker --config worker.yaml", "spansight worker status"],
    "review": ["spansight review golden.jsonl --run run.jsonl", "spansight review --sample 100"],
}
"""Command → what somebody may type; its help ends with them."""

_EXTRAS: Final = {
    "apscheduler": "worker",
    "genai_prices": "prices",
    "jinja2": "review",
    "requests": "cli",
    "rich": "cli",
    "starlette": "review",
    "uvicorn": "review",
    "yaml": "cli",
}
"""Module → the extra that brings it; any other is one that the user's own code wants."""


_MORE: Final = (
    "spansight COMMAND --help says more.",
    "Exit codes: 0 fine, 1 findings, 2 usage, 3 stack unreachable.",
)


class _Command(Protocol):
    def configure(self, parser: ArgumentParser) -> None: ...

    def main(self, arguments: Namespace) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 fine, 1 findings, 2 usage, 3 stack unreachable."""
    output.prepare()
    words = list(sys.argv[1:] if argv is None else argv)
    name = words[0] if words else ""
    if name not in COMMANDS:
        _overview().parse_args(words or ["--help"])
        return USAGE
    parser = _parser(name)
    try:
        command = cast("_Command", import_module(f"spansight.cli.{COMMANDS[name][0]}"))
        parser.set_defaults(name=name)
        command.configure(parser)
        code = command.main(parser.parse_args(words[1:]))
        sys.stdout.flush()
    except (SpansightError, ModuleNotFoundError, OSError) as error:
        return _failed(name, error)
    except KeyboardInterrupt:
        return _fail(f"{name} interrupted", INTERRUPTED)
    return code


def _failed(name: str, error: Exception) -> int:
    """Say in one line what went wrong; return its exit code."""
    match error:
        case SpansightError():
            return _fail(str(error), USAGE if isinstance(error, ConfigError) else UNREACHABLE)
        case BrokenPipeError():
            output.give_up()
            return UNREAD
        case OSError():
            output.give_up()
            return _fail(f"{name}: {_refusal(error)}", USAGE)
        case ModuleNotFoundError(name=str(module)) if not module.startswith("spansight"):
            package = module.partition(".")[0]
            source = f"'spansight[{_EXTRAS[package]}]'" if package in _EXTRAS else "what brings it"
            return _fail(f"{name} needs {package!r}; pip install {source}", USAGE)
        case _:
            raise error


def _refusal(error: OSError) -> str:
    """Say what the system would not do: no path is named where it is the output itself."""
    said = error.strerror or str(error)
    if error.filename is None:
        return f"{said}; expected room for what it writes"
    return f"{str(error.filename)!r}: {said}; expected a place that can be read and written"


def _fail(message: str, code: int) -> int:
    print(f"spansight: {message}", file=sys.stderr)
    return code


def _parser(name: str) -> ArgumentParser:
    return ArgumentParser(
        prog=f"spansight {name}",
        description=COMMANDS[name][1],
        epilog="\n".join(["for example:", *(f"  {line}" for line in EXAMPLES[name])]),
        formatter_class=RawDescriptionHelpFormatter,
    )


def _overview() -> ArgumentParser:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {what}" for name, (_, what) in COMMANDS.items()]
    parser = ArgumentParser(
        prog="spansight",
        description="LLM observability on your own Grafana stack",
        epilog="\n".join(["commands:", *lines, "", *_MORE]),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('spansight')}")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    return parser
