"""Ports of a stack: the published ones, free ones, and who holds one."""

import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from spansight.errors import StackError
from spansight.stack.ports import LOOPBACK, Ports
from spansight.stores.endpoints import Endpoints

LISTEN = """
import socket, sys
server = socket.create_server((sys.argv[1], 0))
print(server.getsockname()[1], flush=True)
sys.stdin.read()
"""


def test_the_default_ports_are_the_published_endpoints() -> None:
    assert Ports().endpoints(grafana=True) == Endpoints()


def test_a_stack_without_grafana_has_no_grafana_endpoint() -> None:
    assert Ports().endpoints(grafana=False) == replace(Endpoints(), grafana=None)


def test_free_ports_differ_and_can_be_taken() -> None:
    numbers = list(Ports.free().as_dict().values())
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        socket.create_server((LOOPBACK, number)).close()


@pytest.mark.skipif(sys.platform != "linux", reason="only /proc says who listens")
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_port_in_use_is_named_with_who_wants_and_who_has_it(address: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LISTEN, address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin
        assert other.stdout
        port = int(other.stdout.readline())
        with pytest.raises(StackError) as error:
            replace(Ports.free(), loki=port).require_free(("loki",), "loki")
        other.stdin.close()
    message = str(error.value)
    assert f"port {port}, wanted by loki, is in use by process {other.pid} (" in message
    assert f"{sys.executable} -c" in message
    assert message.endswith("stop that, or let `spansight up --free-ports` choose others")


def test_a_free_port_is_no_error() -> None:
    Ports.free().require_free(("loki", "loki_grpc"), "loki")
