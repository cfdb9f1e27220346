"""The recorded calls of a time, read from Loki: how many there are of each kind, and some of them.

Whoever judges spends, too: what judges' own calls are is none of the traffic.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from spansight.conventions import attributes, events, labels
from spansight.evals.model import Case
from spansight.evals.online.observed import answer, numbered, question
from spansight.stores.loki import Line, Loki
from spansight.telemetry.context import CARRIED

_MOST: Final = 1000
"""Lines of one answer of Loki."""
_AT_ONCE: Final = 50
"""Traces named in one query."""
_ANSWERING: Final = tuple(
    name for name in attributes.INFERENCE_OPERATIONS if name != attributes.EMBEDDINGS
)
_BODY: Final = {
    "system": attributes.SYSTEM_INSTRUCTIONS,
    "input": attributes.INPUT_MESSAGES,
}


class Stratum(NamedTuple):
    """Calls of one feature and one model."""

    feature: str
    model: str


@dataclass(frozen=True, slots=True)
class Window:
    """A span of Unix time."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call, as a case; its answer is None where it failed or only called a tool."""

    case: Case
    stratum: Stratum
    service: str
    error_type: str | None
    time_ns: int
    whose: Mapping[str, str]
    """Team, feature and the like, by attribute."""

    @property
    def identity(self) -> str:
        """Its trace and its span."""
        return f"{self.case.trace_id}/{self.case.span_id}"


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody thought of an answer: of a trace as a whole, or of a response."""

    trace_id: str | None
    response_id: str | None
    said: str


@dataclass(frozen=True, slots=True)
class Found:
    """The documents that a search found, best first."""

    time_ns: int
    texts: tuple[str, ...]
    ids: tuple[str, ...]


def _label(attribute: str) -> str:
    return attribute.replace(".", "_")


_FEATURE: Final = _label(attributes.FEATURE)
_MODEL: Final = _label(attributes.REQUEST_MODEL)
_ERROR: Final = _label(attributes.ERROR_TYPE)
_RESPONSE: Final = _label(attributes.RESPONSE_ID)
_CARRIED: Final = {attribute: _label(attribute) for attribute in CARRIED}
_APPLICATIONS: Final = f'{{service_name=~".+", service_name!="{attributes.SYNTHETIC_SERVICE}"}}'
CALLS: Final = (
    f'{_APPLICATIONS} | event_name="{events.CONTENT}"'
    f' | {_label(attributes.OPERATION_NAME)}=~"{"|".join(_ANSWERING)}"'
    f' | {_FEATURE}!="{labels.JUDGING}"'
)
"""The query of every call of an application, but for judges' own."""
_SEARCHES: Final = f'{_APPLICATIONS} | event_name="{events.CONTENT}" |= "\\"documents\\":"'
_FEEDBACK: Final = f'{_APPLICATIONS} | event_name="{events.FEEDBACK}"'


@dataclass(frozen=True, slots=True)
class Traffic:
    """The calls of a window."""

    loki: Loki
    window: Window

    def counts(self) -> dict[Stratum, int]:
        """Return how many calls there are of each feature and model."""
        seconds = max(1, round(self.window.end - self.window.start))
        query = f"sum by ({_FEATURE}, {_MODEL}) (count_over_time({CALLS} [{seconds}s]))"
        return {
            Stratum(found.get(_FEATURE, ""), found.get(_MODEL, "")): round(value)
            for found, value in self.loki.vector(query, at=self.window.end)
        }

    def some(self, stratum: Stratum, prefixes: Sequence[str]) -> list[Call]:
        """Return calls of a stratum, of the traces that begin so; of all, unless named."""
        query = f"{CALLS} | {_FEATURE}={_quoted(stratum.feature)}"
        query += f" | {_MODEL}={_quoted(stratum.model)}"
        if prefixes:
            query += f' | trace_id=~"^(?:{"|".join(prefixes)}).*"'
        return self._calls(query)

    def errors(self) -> list[Call]:
        """Return the calls that failed, the latest first."""
        return self._calls(f'{CALLS} | {_ERROR}!=""')

    def low_ratings(self, most: float) -> list[Rating]:
        """Return the thumbs down and the ratings up to so much."""
        low = f'{_label(attributes.RATING)}<={most:g} or {_label(attributes.THUMB)}="down"'
        return [_rating(line.labels) for line in self._lines(f"{_FEEDBACK} | {low}")]

    def of_traces(self, trace_ids: Iterable[str]) -> list[Call]:
        """Return the calls of traces."""
        return self._of("trace_id", trace_ids)

    def of_responses(self, response_ids: Iterable[str]) -> list[Call]:
        """Return the calls that were answered under these ids."""
        return self._of(_RESPONSE, response_ids)

    def found(self, trace_ids: Iterable[str]) -> dict[str, list[Found]]:
        """Return what searches of traces found, by trace, the earliest first."""
        found: dict[str, list[Found]] = {}
        for either in _either(trace_ids):
            for line in self._lines(f"{_SEARCHES} | trace_id=~{either}"):
                if (documents := _documents(line)) is not None:
                    found.setdefault(line.labels["trace_id"], []).append(documents)
        for several in found.values():
            several.sort(key=lambda one: one.time_ns)
        return found

    def _of(self, label: str, values: Iterable[str]) -> list[Call]:
        found: list[Call] = []
        for either in _either(values):
            found += self._calls(f"{CALLS} | {label}=~{either}")
        return found

    def _calls(self, query: str) -> list[Call]:
        read = (read_call(line) for line in self._lines(query))
        return [one for one in read if one is not None]

    def _lines(self, query: str) -> list[Line]:
        return self.loki.lines(query, start=self.window.start, end=self.window.end, limit=_MOST)


def read_call(line: Line) -> Call | None:
    """Read a call; None of one without a trace or a question, or whose body was cut."""
    said = line.labels
    try:
        body: Any = json.loads(line.body)
    except ValueError:
        return None
    if not isinstance(body, dict) or not (said.get("trace_id") and said.get("span_id")):
        return None
    content = cast("dict[str, object]", body)
    asked = question(content.get("input"))
    if not (asked and asked.strip()):
        return None
    passages = numbered({name: content[key] for key, name in _BODY.items() if key in content})
    case = Case(
        id=f"{said['trace_id']}/{said['span_id']}",
        question=asked,
        answer=answer(content.get("output")),
        contexts=passages,
        input_tokens=_count(said, attributes.INPUT_TOKENS),
        output_tokens=_count(said, attributes.OUTPUT_TOKENS),
        finish_reason=_first(said.get(_label(attributes.RESPONSE_FINISH_REASONS))),
        trace_id=said["trace_id"],
        span_id=said["span_id"],
        response_id=said.get(_RESPONSE),
    )
    stratum = Stratum(said.get(_FEATURE, ""), said.get(_MODEL, ""))
    whose = {key: said[label] for key, label in _CARRIED.items() if said.get(label)}
    service, failed = said.get("service_name", ""), said.get(_ERROR)
    return Call(case, stratum, service, failed, line.time_ns, whose)


def _documents(line: Line) -> Found | None:
    try:
        body: Any = json.loads(line.body)
        documents: list[dict[str, Any]] = [dict(one) for one in body["documents"]]
    except (ValueError, TypeError, KeyError):
        return None
    return Found(
        line.time_ns,
        tuple(str(one["content"]) for one in documents if one.get("content")),
        tuple(str(one["id"]) for one in documents if one.get("id")),
    )


def _rating(said: Mapping[str, str]) -> Rating:
    trace_id = said.get("trace_id", "")
    return Rating(
        trace_id if trace_id.strip("0") else None,
        said.get(_RESPONSE),
        said.get(_label(attributes.RATING)) or said.get(_label(attributes.THUMB), ""),
    )


def _count(said: Mapping[str, str], attribute: str) -> int | None:
    text = said.get(_label(attribute), "")
    return int(text) if text.isascii() and text.isdecimal() else None


def _first(text: str | None) -> str | None:
    """Return the first of a list that Loki keeps as its JSON."""
    try:
        values: Any = json.loads(text or "")
    except ValueError:
        return text
    return str(cast("list[object]", values)[0]) if isinstance(values, list) and values else None


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _either(values: Iterable[str]) -> Iterator[str]:
    """Yield expressions that match one of the values, a bounded number of them at once."""
    ordered = sorted({*values})
    for first in range(0, len(ordered), _AT_ONCE):
        yield _quoted("|".join(map(_literal, ordered[first : first + _AT_ONCE])))


def _literal(text: str) -> str:
    """Return an expression of RE2 that matches the text alone."""
    return "".join(one if one.isalnum() or one in "_-" else f"\\{one}" for one in text)
