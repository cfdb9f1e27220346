"""Loki, read side: the lines of a LogQL query, or the samples of a LogQL metric."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from spansight.stores.http import get_json

_NAME: Final = "Loki"


@dataclass(frozen=True, slots=True)
class Line:
    """One log line with its stream labels and structured metadata."""

    body: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Loki:
    """A Loki server by its base URL."""

    url: str

    def lines(self, logql: str, *, start: float, end: float, limit: int = 100) -> list[Line]:
        """Return the newest lines between two Unix times."""
        data = self._range(logql, start=start, end=end, limit=limit)
        return [Line(body, row["stream"]) for row in data["result"] for _, body in row["values"]]

    def samples(self, logql: str, *, start: float, end: float) -> int:
        """Return how many lines or samples `logql` has between two Unix times."""
        return sum(len(row["values"]) for row in self._range(logql, start=start, end=end)["result"])

    def _range(self, logql: str, *, start: float, end: float, limit: int = 100) -> dict[str, Any]:
        parameters = {
            "query": logql,
            "start": int(start * 1e9),
            "end": int(end * 1e9),
            "limit": limit,
        }
        return get_json(_NAME, self.url, "/loki/api/v1/query_range", parameters)["data"]
