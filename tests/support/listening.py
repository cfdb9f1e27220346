"""A server of a test: on a free loopback port, in a thread, while it is entered."""

import gzip
import socket
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self


class Listening:
    """What the servers of tests share."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        """Take a bound server."""
        self._server: Final = server
        self._thread: Final = threading.Thread(
            target=server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Exchange(BaseHTTPRequestHandler):
    """One request to such a server, of which nothing is written on stderr."""

    def do_POST(self) -> None:
        """Read what was sent, inflate it, and respond."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self.respond(gzip.decompress(body) if self.headers["content-encoding"] == "gzip" else body)

    def respond(self, body: bytes) -> None:
        """Do with it what this server does."""
        raise NotImplementedError

    def answer(self, status: int, said: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        """Send a whole answer."""
        self.send_response(status)
        for name, value in (said or {}).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep quiet."""


def free_port() -> int:
    """Return a port that nobody holds at this moment, for a server that cannot choose its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
