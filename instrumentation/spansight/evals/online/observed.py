"""What a finished call comes down to: a case, and whose it was."""

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes
from spansight.evals.model import Case
from spansight.telemetry.context import CARRIED
from spansight.telemetry.records.answers import Finished

_NUMBERED: Final = re.compile(r"^[ \t]*\[(\d{1,3})\][ \t:.)-]*(\S.*)$", re.MULTILINE)
_TEXT: Final = "text"
_SHARES: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Observed:
    """An answer that somebody was given."""

    case: Case
    whose: Mapping[str, str] = field(default_factory=dict[str, str])
    """Team, feature, pipeline, experiment, variant and the like, by attribute."""


def observed(call: Finished) -> Observed:
    """Read a finished call of this process."""
    span, said = call.span, call.span.attributes or {}
    context = span.context
    prompt = call.content.get(attributes.INPUT_MESSAGES)
    return Observed(
        Case(
            id=f"{context.span_id:016x}" if context else "",
            question=question(prompt) or "",
            answer=answer(call.content.get(attributes.OUTPUT_MESSAGES)),
            contexts=call.contexts or numbered(call.content),
            latency_s=_latency_s(span.start_time, span.end_time),
            input_tokens=_count(said, attributes.INPUT_TOKENS),
            output_tokens=_count(said, attributes.OUTPUT_TOKENS),
            finish_reason=_first(said.get(attributes.RESPONSE_FINISH_REASONS)),
            trace_id=f"{context.trace_id:032x}" if context else None,
            span_id=f"{context.span_id:016x}" if context else None,
            response_id=_first(said.get(attributes.RESPONSE_ID)),
        ),
        {key: str(said[key]) for key in CARRIED if key in said},
    )


def is_of_share(trace_id: int, share: float) -> bool:
    """Whether a trace is among this share of all: every call of it, or none, wherever one asks.

    Not by the digits that a sampler of traces reads: of those it kept, all would be chosen.
    """
    return zlib.crc32(trace_id.to_bytes(16)) < share * _SHARES


def question(messages: object) -> str | None:
    """Return what was last asked, of messages in any of their shapes."""
    for message in reversed(_listed(messages)):
        if _of(message, "role") == "user":
            return _said(message)
    return None


def answer(messages: object) -> str | None:
    """Return the first answer: empty where it says nothing, None where it only calls tools."""
    given = _listed(messages)
    return _said(given[0]) if given else None


def numbered(content: Mapping[str, object]) -> tuple[str, ...] | None:
    """Return the passages that a prompt numbers itself: lines that begin with [1], [2] and so on.

    So a reference can be checked in an application that traces no step of its search.
    """
    prompts = (
        text
        for key in (attributes.SYSTEM_INSTRUCTIONS, attributes.INPUT_MESSAGES)
        for message in _listed(content.get(key))
        if (text := _said(message))
    )
    found = {int(number): text for text in prompts for number, text in _NUMBERED.findall(text)}
    in_order = tuple(found[number] for number in sorted(found))
    return in_order if in_order and sorted(found) == list(range(1, len(found) + 1)) else None


def _said(message: object) -> str | None:
    parts = _of(message, "parts")
    if parts is None:
        parts = [message]
    texts = [_of(one, "content") for one in _listed(parts) if _of(one, "type") in (_TEXT, None)]
    said = [text for text in texts if isinstance(text, str)]
    if said:
        return "".join(said)
    return None if _listed(parts) else ""


def _listed(values: object) -> Sequence[object]:
    if isinstance(values, str):
        try:
            values = json.loads(values)
        except ValueError:
            return ()
    return cast("Sequence[object]", values) if isinstance(values, list | tuple) else ()


def _of(holder: object, name: str) -> object:
    """Return a part of a message: upstream's dataclasses, events and JSON name them alike."""
    if isinstance(holder, Mapping):
        return cast("Mapping[str, object]", holder).get(name)
    return getattr(holder, name, None)


def _latency_s(start: int | None, end: int | None) -> float | None:
    return None if start is None or end is None else (end - start) / 1e9


def _count(said: Mapping[str, AttributeValue], name: str) -> int | None:
    value = said.get(name)
    return value if isinstance(value, int) else None


def _first(value: object) -> str | None:
    if isinstance(value, list | tuple):
        value = next(iter(cast("Sequence[object]", value)), None)
    return value if isinstance(value, str) else None
