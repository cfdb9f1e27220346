"""A server of a test: on a free loopback port, in a thread, while it is entered."""

import socket
import threading
from http.server import ThreadingHTTPServer
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


def free_port() -> int:
    """Return a port that nobody holds at this moment, for a server that cannot choose its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
