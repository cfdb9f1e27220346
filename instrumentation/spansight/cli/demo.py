"""`spansight demo`: a stack, real LLM traffic through it, the doctor, then where to look."""

import subprocess
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

from rich.console import Console
from rich.markup import escape

from spansight.cli import UNREACHABLE, doctor
from spansight.cli.amounts import amount, count
from spansight.demo import model
from spansight.demo.programs import Program, programs, real_program, reply
from spansight.demo.provider import Provider
from spansight.errors import StackError
from spansight.stack import control, files
from spansight.stack.ports import Ports
from spansight.stack.state import State
from spansight.stores.endpoints import Endpoints
from spansight.stores.http import answers

_SECONDS_PER_TOKEN: Final = 0.012
"""About 80 tokens a second, as a hosted model streams."""
_MINUTES: Final = 15.0
"""What the doctor looks back over: a new stack has no more."""


def configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--seconds",
        type=amount,
        default=45,
        metavar="N",
        help="length of the scripted traffic (default: %(default)s)",
    )
    parser.add_argument(
        "--questions",
        type=count,
        default=4,
        metavar="N",
        help="questions to the real model (default: %(default)s)",
    )
    parser.add_argument(
        "--free-ports", action="store_true", help="start the stack on ports that are free now"
    )


def main(arguments: Namespace) -> int:
    model.require()
    console = Console(highlight=False)
    running = control.up(
        print,
        mode="native" if arguments.free_ports else None,
        ports=Ports.free() if arguments.free_ports else None,
    )
    endpoints = running.endpoints
    _send(console, endpoints, seconds=arguments.seconds, questions=arguments.questions)
    console.print("\n[bold]spansight doctor[/]")
    code = doctor.exit_code(doctor.diagnose(endpoints, minutes=_MINUTES))
    if code != UNREACHABLE:
        _say_where_to_look(console, running)
    return code


def _send(console: Console, endpoints: Endpoints, *, seconds: float, questions: int) -> None:
    examples = files.root() / "examples"
    otlp = endpoints.otlp_http
    with ExitStack() as serving:
        with console.status(f"loading {model.NAME}"):
            model_url = serving.enter_context(model.served())
        provider = serving.enter_context(
            Provider(reply, dated=True, seconds_per_token=_SECONDS_PER_TOKEN)
        )
        real = real_program(examples, model_url, provider, otlp=otlp, count=questions)
        console.print(f"[bold]{real.title}[/]")
        _run_aloud(console, real)
        scripted = programs(examples, provider, otlp=otlp, seconds=seconds)
        for program in scripted:
            console.print(f"[bold]{program.title}[/]")
        _run_together(console, scripted, provider, seconds)


def _run_aloud(console: Console, program: Program) -> None:
    """Run one program and print its lines as they come."""
    with console.status("asking"), _started(program, subprocess.PIPE) as child:
        for line in child.stdout or ():
            console.print(f"  {escape(line.rstrip())}", soft_wrap=True)
        child.wait()
    _require_success(program, child.returncode)


def _run_together(
    console: Console, programs: Sequence[Program], provider: Provider, seconds: float
) -> None:
    """Run programs side by side, showing how many calls were answered."""
    started = time.monotonic()
    with console.status("") as status, ExitStack() as running:
        children = [
            running.enter_context(_started(program, subprocess.DEVNULL)) for program in programs
        ]
        while any(child.poll() is None for child in children):
            spent = time.monotonic() - started
            status.update(f"{len(provider.calls)} calls, {spent:.0f} of {seconds:.0f} s")
            time.sleep(0.5)
    for program, child in zip(programs, children, strict=True):
        _require_success(program, child.returncode)
    console.print(f"  {len(provider.calls)} calls in {time.monotonic() - started:.0f} s")


@contextmanager
def _started(program: Program, output: int) -> Generator[subprocess.Popen[str]]:
    """Start a program that does not outlive the block; Ctrl-C is ours alone to answer."""
    with subprocess.Popen(
        program.command, env=program.environment, stdout=output, text=True, process_group=0
    ) as child:
        try:
            yield child
        finally:
            child.terminate()


def _require_success(program: Program, code: int) -> None:
    if code:
        raise StackError(f"{program.title} ended with {code}; its last words are above")


def _say_where_to_look(console: Console, running: State) -> None:
    endpoints = running.endpoints
    # A Prometheus built from its module has no pages, only its API.
    pages = "" if answers("Prometheus", endpoints.prometheus, "/alerts") else "/api/v1"
    places = [
        ("alerts", f"{endpoints.prometheus}{pages}/alerts"),
        ("logs", control.logs(running)),
        ("check again", "spansight doctor"),
        ("stop", "spansight down"),
    ]
    if endpoints.grafana:
        login = f"user admin, password in {control.password_file(running)}"
        places.insert(0, ("overview board", f"{endpoints.grafana}/d/spansight-overview"))
        places.insert(1, ("", login))
    console.print("\n[bold]where to look[/]")
    for what, where in places:
        console.print(f"  {what:<16}{escape(where)}", soft_wrap=True)
