"""The part of Grafana's API that boards go through, in memory: as a real 12.4 answers."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from support.listening import Listening

Json = dict[str, Any]

_BOARD: Final = re.compile(r"/api/dashboards/uid/([\w-]+)")


class GrafanaApi(Listening):
    """Keeps folders and boards of whoever shows the token."""

    def __init__(self, token: str, *, sources: tuple[str, ...] = ()) -> None:
        self.token: Final = token
        self.sources: Final = [
            {"name": f"My {kind}", "uid": kind, "type": kind} for kind in sources
        ]
        self.folders: Final[dict[str, str]] = {}
        self.boards: Final[dict[str, Json]] = {}
        """By uid, as stored: with an id and a version of the server's own."""
        self.provisioned: Final[set[str]] = set()
        server = _Server(("127.0.0.1", 0), _Handler)
        server.grafana = self
        super().__init__(server)

    def edit(self, uid: str, **fields: object) -> None:
        """Save a board as a person does."""
        self.boards[uid] |= {**fields, "version": self.boards[uid]["version"] + 1}

    def read(self, path: str) -> tuple[int, object]:
        if path == "/api/datasources":
            return 200, self.sources
        if found := _BOARD.fullmatch(path):
            return self._board(found[1])
        if path.startswith("/api/folders?"):
            return 200, [{"uid": uid, "title": title} for uid, title in self.folders.items()]
        return 404, {"message": "Not found"}

    def write(self, path: str, body: Json) -> tuple[int, object]:
        if path == "/api/folders":
            uid = f"f{len(self.folders)}"
            self.folders[uid] = body["title"]
            return 200, {"uid": uid}
        model = body["dashboard"]
        stored = self.boards.get(model["uid"], {})
        if model["uid"] in self.provisioned:
            return 400, {"message": "Cannot save provisioned dashboard"}
        if body["folderUid"] not in self.folders:
            return 400, {"message": "folder not found"}
        if stored.get("version") != model["version"]:
            return 412, {"message": "The dashboard has been changed by someone else"}
        self.boards[model["uid"]] = {**model, "id": 7, "version": stored.get("version", 0) + 1}
        return 200, {"status": "success"}

    def _board(self, uid: str) -> tuple[int, object]:
        if uid not in self.boards:
            return 404, {"message": "Dashboard not found"}
        meta = {
            "version": self.boards[uid]["version"],
            "provisioned": uid in self.provisioned,
            "updatedBy": "mina",
            "updated": "2026-03-01T09:30:00Z",
        }
        return 200, {"meta": meta, "dashboard": self.boards[uid]}


class _Server(ThreadingHTTPServer):
    grafana: GrafanaApi


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - ours alone serves it

    def do_GET(self) -> None:
        self._answer(*(self._refused() or self.server.grafana.read(self.path)))

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"]))
        # As a program in Go reads and writes numbers: 4.0 comes back as 4.
        body = json.loads(
            text, parse_float=lambda n: int(float(n)) if float(n) % 1 == 0 else float(n)
        )
        self._answer(*(self._refused() or self.server.grafana.write(self.path, body)))

    def _refused(self) -> tuple[int, object] | None:
        shown = self.headers.get("Authorization") == f"Bearer {self.server.grafana.token}"
        return None if shown else (401, {"message": "Invalid API key"})

    def _answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name upstream
        """Stay quiet."""
