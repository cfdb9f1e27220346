"""Grafana, read side: that it answers, and as which version."""

from dataclasses import dataclass

from spansight.stores.http import get_json


@dataclass(frozen=True, slots=True)
class Grafana:
    """A Grafana server by its base URL; its health needs no login."""

    url: str

    def version(self) -> str:
        """Return the server's version."""
        return str(get_json("Grafana", self.url, "/api/health").get("version", "unknown"))
