"""Loki, read side: the lines of a LogQL query, or the samples of a LogQL metric."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from spansight.stores.http import get_json

_NAME: Final = "Loki"
_RANGE: Final = "/loki/api/v1/query_range"


@dataclass(frozen=True, slots=True)
class Line:
    """One log line with its stream labels and structured metadata."""

    body: str
    labels: Mapping[str, str]
    time_ns: int = 0
    """Unix time in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Loki:
    """A Loki server by its base URL."""

    url: str

    def lines(self, logql: str, *, start: float, end: float, limit: int = 100) -> list[Line]:
        """Return the newest lines between two Unix times."""
        data = self._range(logql, start=start, end=end, limit=limit)
        return _lines(data)

    def oldest(self, logql: str, *, start_ns: int, end_ns: int, limit: int) -> list[Line]:
        """Return the oldest lines from one time to before another, in their order."""
        parameters: dict[str, str | int] = {
            "query": logql,
            "start": start_ns,
            "end": end_ns,
            "limit": limit,
            "direction": "forward",
        }
        data = get_json(_NAME, self.url, _RANGE, parameters)["data"]
        return sorted(_lines(data), key=lambda line: line.time_ns)

    def vector(self, logql: str, *, at: float) -> list[tuple[Mapping[str, str], float]]:
        """Evaluate a LogQL metric at a Unix time: the labels of each series and its value."""
        parameters: dict[str, str | int] = {"query": logql, "time": int(at * 1e9)}
        data = get_json(_NAME, self.url, "/loki/api/v1/query", parameters)["data"]
        return [(row["metric"], float(row["value"][1])) for row in data["result"]]

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
        return get_json(_NAME, self.url, _RANGE, parameters)["data"]


def _lines(data: dict[str, Any]) -> list[Line]:
    return [
        Line(body, row["stream"], int(time))
        for row in data["result"]
        for time, body in row["values"]
    ]
