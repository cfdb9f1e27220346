"""`spansight up|down|status|which`: the servers, in Docker or as plain processes."""

from argparse import ArgumentParser, Namespace

from spansight.cli import FINE
from spansight.stack import binaries
from spansight.stack.programs import PROGRAMS


def configure(parser: ArgumentParser, name: str) -> None:
    """Declare the arguments of one of the four commands."""
    parser.set_defaults(command=name)
    if name == "which":
        parser.add_argument("program", metavar="NAME", choices=PROGRAMS, help=", ".join(PROGRAMS))


def main(arguments: Namespace) -> int:
    """Run one of the four commands."""
    print(binaries.find(arguments.program))
    return FINE
