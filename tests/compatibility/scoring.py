"""Hold the spans of a run against the provider's log.  Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from compatibility.ledger import Entry
from compatibility.rows import EVERY_STEP, Fault
from spansight.conventions import attributes
from support.otlp_sink import Span

_REASONS: Final = {"tool_calls": "tool_call"}
"""OpenAI's word for why an answer ended → that of the conventions; spans may tell either."""

Parents = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One call, and what is wrong with its spans."""

    step: str
    faults: tuple[Fault, ...]


def verdicts(entries: Sequence[Entry], spans: Sequence[Span], parents: Parents) -> list[Verdict]:
    """Return one verdict a call in the order of the log, and one for each span without a call."""
    by_id = {span.span_id: span for span in spans}
    calls = [span for span in spans if _operation(span) in attributes.INFERENCE_OPERATIONS]
    joined = _join(entries, calls, by_id)
    expected_parents = _expected_parents(entries, parents)
    told = [
        Verdict(entry.step, _faults(entry, mine, parent, by_id))
        for entry, mine, parent in zip(entries, joined, expected_parents, strict=True)
    ]
    claimed = {span.span_id for mine in joined for span in mine}
    strays = (span for span in calls if span.span_id not in claimed)
    return told + [Verdict(_step(span, by_id), ("more spans",)) for span in strays]


def _join(
    entries: Sequence[Entry], calls: Sequence[Span], by_id: Mapping[str, Span]
) -> list[list[Span]]:
    """Return the spans of each call: those that name its response, else the next of its step.

    Errors and embeddings have no id to be known by.
    """
    joined = [
        [span for span in calls if entry.answer and _response(span) == entry.answer.id]
        for entry in entries
    ]
    nameless = [span for span in calls if _response(span) is None]
    nameless.sort(key=lambda span: span.started)
    for entry, mine in zip(entries, joined, strict=True):
        of_step = (span for span in nameless if _step(span, by_id) == entry.step)
        if not mine and (span := next(of_step, None)):
            nameless.remove(span)
            mine.append(span)
    return joined


def _faults(
    entry: Entry, mine: Sequence[Span], parent: str, by_id: Mapping[str, Span]
) -> tuple[Fault, ...]:
    if len(mine) != 1:
        return ("more spans" if mine else "no span",)
    expected, told = _expected(entry, parent), _told(mine[0], by_id)
    return tuple(fault for fault in expected if expected[fault] != told[fault])


def _expected(entry: Entry, parent: str) -> dict[Fault, object]:
    usage = entry.usage
    return {
        "model": (entry.model, entry.answering_model),
        "input tokens": usage and usage.input,
        "cached tokens": usage.cached if usage else 0,
        "output tokens": usage.output if usage and entry.generates else None,
        "finish reason": _conventional(entry.finish_reason and [entry.finish_reason]),
        "status": entry.answer is not None,
        "parent": parent,
    }


def _told(span: Span, by_id: Mapping[str, Span]) -> dict[Fault, object]:
    said = span.attributes
    above = by_id.get(span.parent_id)
    return {
        "model": (said.get(attributes.REQUEST_MODEL), said.get(attributes.RESPONSE_MODEL)),
        "input tokens": said.get(attributes.INPUT_TOKENS),
        "cached tokens": said.get(attributes.CACHE_READ_TOKENS, 0),
        "output tokens": said.get(attributes.OUTPUT_TOKENS),
        "finish reason": _conventional(said.get(attributes.RESPONSE_FINISH_REASONS)),
        "status": span.status != "ERROR" and attributes.ERROR_TYPE not in said,
        "parent": above and above.name,
    }


def _expected_parents(entries: Sequence[Entry], parents: Parents) -> list[str]:
    seen: Final[Counter[str]] = Counter()
    names: list[str] = []
    for entry in entries:
        of_step = parents.get(entry.step) or parents.get(EVERY_STEP) or (entry.step,)
        names.append(of_step[min(seen[entry.step], len(of_step) - 1)])
        seen[entry.step] += 1
    return names


def _conventional(reasons: Sequence[str] | str | None) -> list[str] | None:
    return [_REASONS.get(reason, reason) for reason in reasons] if reasons else None


def _operation(span: Span) -> str | None:
    return span.attributes.get(attributes.OPERATION_NAME)


def _response(span: Span) -> str | None:
    return span.attributes.get(attributes.RESPONSE_ID)


def _step(span: Span, by_id: Mapping[str, Span]) -> str:
    """Return the name of the step that a span belongs to: that of its outermost ancestor."""
    while above := by_id.get(span.parent_id):
        span = above
    return span.name
