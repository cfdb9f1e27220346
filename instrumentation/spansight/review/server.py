"""The page on a loopback port, until its reviewers are done."""

import socket
from collections.abc import Callable
from typing import Final

import uvicorn

from spansight.errors import ConfigError
from spansight.review.app import pages
from spansight.review.desk import Desk
from spansight.review.guard import Guarded

_LOOPBACK: Final = "127.0.0.1"


def serve(desk: Desk, *, grafana: str | None, port: int, say: Callable[[str], object]) -> None:
    """Serve until Ctrl-C or SIGTERM; port 0 is one that is free."""
    with _bound(port) as listener:
        guarded = Guarded(pages(desk, grafana), port=listener.getsockname()[1])
        say(f"review: {guarded.url}")
        say("the address lets in whoever has it, on this machine only; Ctrl-C ends the review")
        config = uvicorn.Config(
            guarded, log_level="warning", access_log=False, server_header=False, date_header=False
        )
        uvicorn.Server(config).run(sockets=[listener])


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"port {port}: {error.strerror}; name another with --port, or none for a free one"
        ) from error
    return listener
