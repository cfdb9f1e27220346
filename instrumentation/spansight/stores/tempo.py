"""Tempo, read side: a trace by its id, a TraceQL search, a TraceQL metric."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from spansight.stores.http import find_json, get_json

_NAME: Final = "Tempo"

_Value = str | int | float | bool | list[Any] | None


@dataclass(frozen=True, slots=True)
class Span:
    """One stored span; ids as Tempo writes them, times in seconds."""

    span_id: str
    parent_id: str
    name: str
    service: str
    started_s: float
    """Unix time."""
    duration_s: float
    error: bool
    attributes: Mapping[str, Any]
    resource: Mapping[str, Any]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One span that a search found; ids in hexadecimal, attributes as far as it selected them."""

    trace_id: str
    span_id: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tempo:
    """A Tempo server by its base URL."""

    url: str

    def trace(self, trace_id: str) -> list[Span]:
        """Return the spans of a trace, none when Tempo does not have it."""
        answer = find_json(_NAME, self.url, f"/api/traces/{trace_id}")
        return list(_spans(answer)) if answer else []

    def search(
        self, traceql: str, *, limit: int = 20, start: float | None = None, end: float | None = None
    ) -> list[str]:
        """Return the ids of traces that match `traceql`, 32 hexadecimal digits each."""
        parameters: dict[str, str | int | float] = {"q": traceql, "limit": limit}
        if start is not None and end is not None:
            parameters |= {"start": int(start), "end": int(end)}
        answer = get_json(_NAME, self.url, "/api/search", parameters)
        return [_whole(found["traceID"], 32) for found in answer.get("traces") or ()]

    def matches(
        self, traceql: str, *, start: float, end: float, limit: int = 20, spans: int = 100
    ) -> list[Match]:
        """Return the spans that match `traceql`, of so many traces and so many of each."""
        parameters = {"q": traceql, "limit": limit, "spss": spans}
        parameters |= {"start": int(start), "end": int(end)}
        answer = get_json(_NAME, self.url, "/api/search", parameters)
        return [
            Match(_whole(found["traceID"], 32), _whole(span["spanID"], 16), _attributes(span))
            for found in answer.get("traces") or ()
            for matched in found.get("spanSets") or ()
            for span in matched.get("spans") or ()
        ]

    def metric(self, traceql: str, *, start: float, end: float) -> int:
        """Return how many samples a TraceQL metrics query has between two Unix times."""
        parameters = {"q": traceql, "start": int(start), "end": int(end), "step": "15s"}
        answer = get_json(_NAME, self.url, "/api/metrics/query_range", parameters)
        series = answer.get("series") or ()
        return sum(len(row.get("samples") or ()) for row in series)


def _whole(shortened: str, digits: int) -> str:
    """Return an id with the zeros that Tempo leaves out in front."""
    return shortened.rjust(digits, "0")


def _spans(answer: dict[str, Any]) -> Iterator[Span]:
    for batch in answer.get("batches") or ():
        resource = _attributes(batch.get("resource", {}))
        for scope in batch.get("scopeSpans") or ():
            for span in scope["spans"]:
                yield _span(span, resource)


def _span(span: dict[str, Any], resource: Mapping[str, Any]) -> Span:
    nanoseconds = int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])
    return Span(
        span_id=span["spanId"],
        parent_id=span.get("parentSpanId", ""),
        name=span["name"],
        service=str(resource.get("service.name", "")),
        started_s=int(span["startTimeUnixNano"]) / 1e9,
        duration_s=nanoseconds / 1e9,
        error=span.get("status", {}).get("code") == "STATUS_CODE_ERROR",
        attributes=_attributes(span),
        resource=resource,
        events=tuple(event["name"] for event in span.get("events") or ()),
    )


def _attributes(holder: dict[str, Any]) -> dict[str, _Value]:
    return {pair["key"]: _value(pair["value"]) for pair in holder.get("attributes") or ()}


def _value(value: dict[str, Any]) -> _Value:
    if "intValue" in value:
        return int(value["intValue"])
    if "arrayValue" in value:
        return [_value(item) for item in value["arrayValue"].get("values") or ()]
    return next(iter(value.values()), None)
