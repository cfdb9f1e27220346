"""Answers that applications gave, read back from Loki in the order in which they came."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, cast

from spansight.conventions import attributes, events
from spansight.evals import Case
from spansight.evals.online import Observed
from spansight.evals.online.observed import answer, numbered, question
from spansight.stores.loki import Line, Loki
from spansight.telemetry.context import CARRIED

_PAGE: Final = 1000

_BODY: Final = {
    "system": attributes.SYSTEM_INSTRUCTIONS,
    "input": attributes.INPUT_MESSAGES,
    "output": attributes.OUTPUT_MESSAGES,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and the time of its event, by which the next one is found."""

    observed: Observed
    time_ns: int


def answers(
    loki: Loki, *, start_ns: int, end_ns: int, services: Sequence[str] = ()
) -> Iterator[Answer]:
    """Yield the answers between two times, the oldest first."""
    query = f'{_stream(services)} | {attributes.EVENT_NAME}="{events.CONTENT}"'
    while start_ns < end_ns:
        lines = loki.oldest(query, start_ns=start_ns, end_ns=end_ns, limit=_PAGE)
        if len(lines) < _PAGE:
            following_ns, whole = end_ns, lines
        else:
            # More lines of that same moment may be on the next page.
            following_ns = max(lines[-1].time_ns, start_ns + 1)
            whole = [line for line in lines if line.time_ns < following_ns]
        for line in whole:
            if (found := _observed(line)) is not None:
                yield Answer(found, line.time_ns)
        start_ns = following_ns


def _stream(services: Sequence[str]) -> str:
    if not services:
        return '{service_name=~".+"}'
    return f"{{service_name=~{json.dumps('|'.join(services))}}}"


def _observed(line: Line) -> Observed | None:
    """Read an answer; None of what is none, such as a tool's call, or was cut."""
    with suppress(ValueError):
        body: object = json.loads(line.body)
        if isinstance(body, dict):
            held = cast("dict[str, object]", body)
            content = {name: held[key] for key, name in _BODY.items() if key in held}
            return _answered(content, line.labels)
    return None


def _answered(content: Mapping[str, object], said: Mapping[str, str]) -> Observed | None:
    asked = question(content.get(attributes.INPUT_MESSAGES))
    given = answer(content.get(attributes.OUTPUT_MESSAGES))
    if asked is None or given is None:
        return None
    span_id = said.get("span_id")
    return Observed(
        Case(
            id=span_id or "",
            question=asked,
            answer=given,
            contexts=numbered(content),
            input_tokens=_count(said, attributes.INPUT_TOKENS),
            output_tokens=_count(said, attributes.OUTPUT_TOKENS),
            finish_reason=_first(said.get(_label(attributes.RESPONSE_FINISH_REASONS))),
            trace_id=said.get("trace_id"),
            span_id=span_id,
            response_id=said.get(_label(attributes.RESPONSE_ID)),
        ),
        {key: said[_label(key)] for key in CARRIED if _label(key) in said},
    )


def _label(attribute: str) -> str:
    return attribute.replace(".", "_")


def _count(said: Mapping[str, str], attribute: str) -> int | None:
    text = said.get(_label(attribute), "")
    return int(text) if text.isascii() and text.isdecimal() else None


def _first(text: str | None) -> str | None:
    """Return the first of a list that Loki keeps as its JSON."""
    with suppress(ValueError):
        values: Any = json.loads(text or "")
        if isinstance(values, list) and values:
            return str(cast("list[object]", values)[0])
    return text
