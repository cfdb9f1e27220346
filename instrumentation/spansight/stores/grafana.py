"""Grafana: that it answers, which version it is, and the dashboards it keeps."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, cast

import requests

from spansight.conventions.environment import GRAFANA_TOKEN
from spansight.errors import ConfigError, StoreUnavailable
from spansight.stores.http import ask, excerpt, get_json

Json = dict[str, Any]

_NAME: Final = "Grafana"


@dataclass(frozen=True, slots=True)
class Stored:
    """A dashboard as Grafana keeps it."""

    model: Json
    version: int
    provisioned: bool
    """From a file: nobody can save it through the API."""
    changed_by: str
    changed_at: str
    """As ISO 8601."""


@dataclass(frozen=True, slots=True)
class Source:
    """A data source."""

    name: str
    uid: str
    kind: str


@dataclass(frozen=True, slots=True)
class Grafana:
    """A Grafana server by its base URL; its health needs no login, all else a token."""

    url: str
    token: str = field(default="", repr=False)

    def version(self) -> str:
        """Return the server's version."""
        return str(get_json(_NAME, self.url, "/api/health").get("version", "unknown"))

    def sources(self) -> list[Source]:
        """Return the data sources that the token may see: none for an editor's."""
        return [
            Source(str(row["name"]), str(row["uid"]), str(row["type"]))
            for row in cast("list[Json]", self._answer("/api/datasources"))
        ]

    def board(self, uid: str) -> Stored | None:
        """Return a dashboard, None when there is none of that uid."""
        response = self._ask(f"/api/dashboards/uid/{uid}")
        if response.status_code == HTTPStatus.NOT_FOUND:
            return None
        answer = cast("Json", self._parsed(response))
        meta = answer["meta"]
        return Stored(
            answer["dashboard"],
            int(meta["version"]),
            bool(meta.get("provisioned")),
            str(meta.get("updatedBy", "")),
            str(meta.get("updated", "")),
        )

    def save(self, model: Mapping[str, Any], *, folder: str, over: int | None) -> None:
        """Save a dashboard in the folder with that uid.

        `over` is the version that it replaces: when another was saved meanwhile, Grafana refuses.
        """
        dashboard = {**model, "id": None, "version": over}
        body = {"dashboard": dashboard, "folderUid": folder, "message": "spansight dashboards push"}
        self._answer("/api/dashboards/db", body)

    def folder(self, title: str) -> str:
        """Return the uid of the folder with that title, which is made when there is none."""
        # Asked for one that is not there, Grafana tells an editor 403: it is found by listing.
        folders = cast("list[Json]", self._answer("/api/folders?limit=1000"))
        known = [folder for folder in folders if folder["title"] == title]
        made = known[0] if known else cast("Json", self._answer("/api/folders", {"title": title}))
        return str(made["uid"])

    def _answer(self, path: str, body: object = None) -> object:
        return self._parsed(self._ask(path, body))

    def _ask(self, path: str, body: object = None) -> requests.Response:
        response = ask(_NAME, self.url, path, token=self.token, body=body)
        if response.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise ConfigError(
                f"Grafana at {self.url} refused the token for {path!r} "
                f"({response.status_code}: {_message(response)}); set {GRAFANA_TOKEN.name} to one "
                "of a service account with the role Editor"
            )
        return response

    def _parsed(self, response: requests.Response) -> object:
        with suppress(requests.JSONDecodeError):
            answer: object = response.json()
            if response.ok:
                return answer
            if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise ConfigError(f"Grafana at {self.url} refused: {_message(response)}")
        raise StoreUnavailable(
            f"Grafana at {self.url} answered {response.status_code}: {excerpt(response)[:60]!r}; "
            "is that the address of Grafana?"
        )


def _message(response: requests.Response) -> str:
    """Return what Grafana says in its own words."""
    try:
        answer: object = response.json()
    except requests.JSONDecodeError:
        return excerpt(response)
    return str(cast("Json", answer).get("message", "")) if isinstance(answer, dict) else ""
