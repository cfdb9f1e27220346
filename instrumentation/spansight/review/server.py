"""The page on a loopback port, until its reviewers are done."""

import socket
from typing import Final

import uvicorn

from spansight.errors import ConfigError
from spansight.review.app import pages
from spansight.review.desk import Desk
from spansight.review.guard import Guarded

_LOOPBACK: Final = "127.0.0.1"


class ReviewServer:
    """A server that listens already, so that its address is known before it runs."""

    def __init__(self, desk: Desk, *, grafana: str | None = None, port: int = 0) -> None:
        """Take a port; 0 is one that is free."""
        self._listener: Final = _bound(port)
        guarded = Guarded(pages(desk, grafana), port=self._listener.getsockname()[1])
        self.url: Final = guarded.url
        """The address with the token."""
        # No proxy stands before it: the headers of one would be a stranger's word.
        config = uvicorn.Config(
            guarded, log_level="warning", proxy_headers=False, server_header=False
        )
        self._server: Final = uvicorn.Server(config)

    def run(self) -> None:
        """Serve until Ctrl-C, SIGTERM or `stop`."""
        with self._listener:
            self._server.run(sockets=[self._listener])

    def stop(self) -> None:
        """Let `run` end, from another thread."""
        self._server.should_exit = True


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        why = error.strerror if isinstance(error, OSError) else "there is none"
        raise ConfigError(
            f"port {port}: {why}; name another with --port, or none for a free one"
        ) from error
    return listener
