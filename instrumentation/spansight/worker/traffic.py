"""Answers that applications gave, read back from Loki in the order in which they came."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from spansight.evals.online import Observed
from spansight.evals.sampling.traffic import CALLS, Call, Traffic, Window, read_call
from spansight.stores.loki import Line, Loki

_PAGE: Final = 1000
_BATCH: Final = 50
_LONGEST_TRACE_S: Final = 3600
"""How long before its answer a search may have been."""
_NS: Final = 1_000_000_000


def batches(
    loki: Loki, *, start_ns: int, end_ns: int, services: Sequence[str] = ()
) -> Iterator[list[Call]]:
    """Yield the answers between two times, the oldest first, some at once."""
    found = _answers(loki, start_ns, end_ns, services)
    while batch := list(islice(found, _BATCH)):
        yield batch


def observed(loki: Loki, answers: Sequence[Call]) -> list[Observed]:
    """Return answers as they are judged, with the passages that their traces had found."""
    if not answers:
        return []
    times = [one.time_ns / _NS for one in answers]
    traffic = Traffic(loki, Window(min(times) - _LONGEST_TRACE_S, max(times) + 1))
    found = traffic.found(str(one.case.trace_id) for one in answers)

    def passages(call: Call) -> tuple[str, ...] | None:
        searches = found.get(str(call.case.trace_id), ())
        before = [one.texts for one in searches if one.time_ns <= call.time_ns]
        return before[-1] if before else None

    return [
        Observed(replace(one.case, contexts=one.case.contexts or passages(one)), one.whose)
        for one in answers
    ]


def _answers(loki: Loki, start_ns: int, end_ns: int, services: Sequence[str]) -> Iterator[Call]:
    for line in _lines(loki, f"{CALLS}{_of(services)}", start_ns, end_ns):
        call = read_call(line)
        if call is not None and call.case.answer is not None:
            yield call


def _lines(loki: Loki, query: str, start_ns: int, end_ns: int) -> Iterator[Line]:
    while start_ns < end_ns:
        lines = loki.oldest(query, start_ns=start_ns, end_ns=end_ns, limit=_PAGE)
        if len(lines) < _PAGE:
            yield from lines
            return
        # More lines of the last moment may be on the next page.
        following_ns = max(lines[-1].time_ns, start_ns + 1)
        yield from (line for line in lines if line.time_ns < following_ns)
        start_ns = following_ns


def _of(services: Sequence[str]) -> str:
    names = " or ".join(f"service_name={json.dumps(name, ensure_ascii=False)}" for name in services)
    return f" | ({names})" if names else ""
