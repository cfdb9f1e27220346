"""A real HTTP server on loopback that answers every path as it was told to."""

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

from support.listening import Listening


class Canned(Listening):
    """Answers as told; unknown paths are 404."""

    def __init__(self, **answers: object) -> None:
        """Answer paths, without their first slash and with `_` for each other, with 200."""
        self.answers: Final = {
            path: (200, body if isinstance(body, str) else json.dumps(body))
            for path, body in answers.items()
        }
        self.asked: Final[list[tuple[str, dict[str, str]]]] = []
        """Path and parameters of every request, in order of arrival."""
        server = _Server(("127.0.0.1", 0), _Handler)
        server.canned = self
        super().__init__(server)

    def refuse(self, path: str, status: int, text: str) -> Self:
        """Answer a path with an error."""
        self.answers[path] = (status, text)
        return self

    def redirect(self, path: str, url: str) -> Self:
        """Send who asks for a path to the same one of another server."""
        return self.refuse(path, HTTPStatus.FOUND, f"{url}/{path}")


class _Server(ThreadingHTTPServer):
    canned: Canned


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - ours alone serves it

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.canned.asked.append((parts.path, parameters))
        key = parts.path.strip("/").replace("/", "_")
        status, text = self.server.canned.answers.get(key, (404, "no such page"))
        body = text.encode()
        self.send_response(status)
        if status == HTTPStatus.FOUND:
            self.send_header("Location", text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name upstream
        """Stay quiet: `Canned.asked` is the log."""
