"""`spansight up|down|status|which`: the servers, in Docker or as plain processes."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from spansight.cli import FINE, UNREACHABLE
from spansight.stack import binaries, control, state
from spansight.stack.control import ServerStatus
from spansight.stack.ports import Ports
from spansight.stack.programs import PROGRAMS
from spansight.stack.state import State


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments of the one of the four commands that the parser is for."""
    name = parser.get_default("name")
    if name == "up":
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--docker", action="store_true", help="in Docker, or fail")
        way.add_argument(
            "--native", action="store_true", help="as plain processes, even where Docker works"
        )
        way.add_argument(
            "--free-ports",
            action="store_true",
            help="as plain processes, on ports that are free now",
        )
    elif name == "down":
        parser.add_argument("--purge", action="store_true", help="delete the data and logs too")
    elif name == "status":
        parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    else:
        parser.add_argument(
            "program",
            metavar="NAME",
            nargs="?",
            choices=PROGRAMS,
            help=f"one of {', '.join(PROGRAMS)}; default: all",
        )


def main(arguments: Namespace) -> int:
    """Run one of the four commands."""
    commands = {"up": _up, "down": _down, "status": _status, "which": _which}
    return commands[arguments.name](arguments)


def _up(arguments: Namespace) -> int:
    mode = "docker" if arguments.docker else None
    if arguments.native or arguments.free_ports:
        mode = "native"
    ports = Ports.free() if arguments.free_ports else None
    running = control.up(print, mode=mode, ports=ports)
    _show(running, control.status(running))
    return FINE


def _down(arguments: Namespace) -> int:
    with Console(stderr=True).status("stopping the servers"):
        mode = control.down(purge=arguments.purge)
    gone = "; data and logs are deleted" if arguments.purge else ""
    print((f"stopped ({mode})" if mode else "nothing to stop") + gone)
    return FINE


def _status(arguments: Namespace) -> int:
    running = state.read()
    # One that hangs is waited for.
    with Console(stderr=True).status("asking every server"):
        servers = control.status(running) if running else {}
    if arguments.json:
        print(json.dumps(_as_dict(running, servers), indent=2))
    elif running:
        _show(running, servers)
    else:
        print("no stack is up; `spansight up` starts one")
    return FINE if servers and all(server.ready for server in servers.values()) else UNREACHABLE


def _as_dict(running: State | None, servers: Mapping[str, ServerStatus]) -> dict[str, object]:
    return {
        "mode": running.mode if running else None,
        "folder": running.folder if running else None,
        "endpoints": running.endpoints.as_dict() if running else {},
        "servers": {name: asdict(server) for name, server in servers.items()},
    }


def _which(arguments: Namespace) -> int:
    if arguments.program:
        print(binaries.find(arguments.program))
        return FINE
    for name in PROGRAMS:
        try:
            print(f"{name:<13} {binaries.find(name)}")
        except binaries.ProgramAbsent as absent:
            print(f"{name:<13} -  {absent}")
    return FINE


def _show(running: State, servers: Mapping[str, ServerStatus]) -> None:
    table = Table("server", "address", "pid", "ready", box=None, pad_edge=False)
    for name, server in servers.items():
        table.add_row(name, server.url, str(server.pid or ""), "yes" if server.ready else "no")
    Console().print(table)
    print(f"OTLP: {running.endpoints.otlp_http} (HTTP), {running.endpoints.otlp_grpc} (gRPC)")
    print(f"logs: {control.logs(running)}")
    if running.endpoints.grafana:
        print(f"Grafana: user admin, password in {control.password_file(running)}")
