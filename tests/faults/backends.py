"""A store that keeps what it is sent, and can behave badly."""

import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Final, cast

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from faults import calls
from faults.calls import Signal
from support import listening

Behaviour = Callable[["Exchange"], None]
"""What a store does with one request."""

_CLOSE_WITH_RESET: Final = struct.pack("ii", 1, 0)


class Backend:
    """One store on a port of its own, which stays its own while it is down."""

    def __init__(self, signal: Signal) -> None:
        """Listen at once."""
        self.signal: Final[Signal] = signal
        self.found: Final[Counter[int]] = Counter()
        self.altered: Final[set[int]] = set()
        self.misbehaved = 0
        self.behaviour: Behaviour | None = None
        self.over = threading.Event()
        """Set when the fault ends: whoever was left waiting is let go."""
        self._server = _Server(0, self)
        self.port: Final = self._server.server_port
        self._serve()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def misbehave(self, behaviour: Behaviour) -> None:
        """Treat every request so, until it recovers."""
        self.over.clear()
        self.behaviour = behaviour

    def recover(self) -> None:
        """Keep everything again."""
        self.behaviour = None
        self.over.set()

    def close(self) -> None:
        """Refuse connections."""
        self._server.shutdown()
        self._server.server_close()

    def reopen(self) -> None:
        """Listen again."""
        self._server = _Server(self.port, self)
        self._serve()

    def keep(self, body: bytes) -> None:
        """Count the calls of one request."""
        for call in calls.arrived(body):
            self.found[call.number] += 1
            if not call.intact:
                self.altered.add(call.number)

    def _serve(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, backend: Backend) -> None:
        self.backend = backend
        super().__init__(("127.0.0.1", port), Exchange)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: a Collector that is killed leaves connections behind."""


class Exchange(listening.Exchange):
    """One request, its body read."""

    body: bytes

    @property
    def backend(self) -> Backend:
        """Whose it is."""
        return cast("_Server", self.server).backend

    def respond(self, body: bytes) -> None:
        """Keep it, or misbehave."""
        self.body = body
        behaviour = self.backend.behaviour
        if behaviour is None:
            self.keep()
        else:
            self.backend.misbehaved += 1
            behaviour(self)

    def keep(self) -> None:
        """Do what a store should."""
        self.backend.keep(self.body)
        self.answer(200)


def answers(status: int, **headers: str) -> Behaviour:
    """Refuse with this status."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.answer(status, said)


def takes(seconds: float) -> Behaviour:
    """Keep each request, this long after it came."""

    def behave(exchange: Exchange) -> None:
        exchange.backend.over.wait(seconds)
        exchange.keep()

    return behave


def trickles(bytes_per_s: float) -> Behaviour:
    """Answer at this speed, and keep nothing that the sender gave up on."""

    def behave(exchange: Exchange) -> None:
        for letter in b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n":
            exchange.wfile.write(bytes([letter]))
            exchange.wfile.flush()
            if exchange.backend.over.wait(1 / bytes_per_s):
                return
        exchange.backend.keep(exchange.body)

    return behave


def hangs(exchange: Exchange) -> None:
    """Accept, and never say a word."""
    exchange.backend.over.wait()


def resets(exchange: Exchange) -> None:
    """Break the connection off."""
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_WITH_RESET)
    exchange.connection.close()


def keeps_all_but_the_first(exchange: Exchange) -> None:
    """Take a request but for one call, and say so in OTLP's way."""
    first, *rest = calls.arrived(exchange.body)
    exchange.backend.found.update(call.number for call in rest)
    if exchange.backend.signal == "traces":
        told = ExportTraceServiceResponse()
        told.partial_success.rejected_spans = 1
    else:
        told = ExportLogsServiceResponse()
        told.partial_success.rejected_log_records = 1
    told.partial_success.error_message = f"call {first.number} refused"
    exchange.answer(200, {"content-type": "application/x-protobuf"}, told.SerializeToString())
