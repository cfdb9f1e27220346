"""Prometheus, read side: instant queries, ranges, exemplars, loaded rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from spansight.stores.http import get_json

_NAME: Final = "Prometheus"


@dataclass(frozen=True, slots=True)
class Sample:
    """One series at one instant; `value` is NaN where Prometheus says so."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One exemplar of a series: its own labels (`trace_id`, `span_id`) and the series' labels."""

    series: Mapping[str, str]
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A Prometheus server by its base URL."""

    url: str

    def query(self, expression: str) -> list[Sample]:
        """Evaluate `expression` now; a scalar becomes one sample without labels."""
        data = self._data("/api/v1/query", {"query": expression})
        if data["resultType"] == "scalar":
            return [Sample({}, float(data["result"][1]))]
        return [Sample(row["metric"], float(row["value"][1])) for row in data["result"]]

    def value(self, expression: str) -> float | None:
        """Evaluate `expression`, which has at most one series; None when it has none."""
        samples = self.query(expression)
        return samples[0].value if samples else None

    def query_range(self, expression: str, *, start: float, end: float, step_s: float) -> int:
        """Return how many numbers `expression` has between two Unix times, over all series."""
        data = self._data(
            "/api/v1/query_range",
            {"query": expression, "start": start, "end": end, "step": step_s},
        )
        return sum(value != "NaN" for row in data["result"] for _, value in row["values"])

    def exemplars(self, selector: str, *, start: float, end: float) -> list[Exemplar]:
        """Return the exemplars of the series that `selector` names."""
        data = self._data(
            "/api/v1/query_exemplars", {"query": selector, "start": start, "end": end}
        )
        return [
            Exemplar(row["seriesLabels"], found["labels"], float(found["value"]))
            for row in data
            for found in row["exemplars"]
        ]

    def rules(self) -> dict[str, str]:
        """Return each loaded rule's name and its health: ok, err or unknown."""
        data = self._data("/api/v1/rules", {})
        return {rule["name"]: rule["health"] for group in data["groups"] for rule in group["rules"]}

    def metric_names(self) -> set[str]:
        """Return the names of all series it holds."""
        return set(self._data("/api/v1/label/__name__/values", {}))

    def _data(self, path: str, parameters: dict[str, str | float]) -> Any:  # noqa: ANN401 - JSON, typed by each caller
        return get_json(_NAME, self.url, path, parameters)["data"]
