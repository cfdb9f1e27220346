"""Recorded answers as cases, with the scores that evaluators have already given them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, cast, get_args

from spansight.conventions import attributes, events
from spansight.conventions.attributes import Evaluator
from spansight.evals import Score
from spansight.evals.sampling import Window, sample
from spansight.review.queues import Item
from spansight.stores.endpoints import Endpoints
from spansight.stores.loki import Line, Loki

_AT_ONCE: Final = 50
"""Traces named in one query."""
_MOST: Final = 2000


def recorded(endpoints: Endpoints, window: Window, size: int) -> list[Item]:
    """Sample recorded answers, and join each to what was said of its span or its trace."""
    cases = sample(endpoints, window, size=size).cases
    scores = _scores(
        Loki(endpoints.loki), window, {case.trace_id for case in cases if case.trace_id}
    )
    items: list[Item] = []
    for case in cases:
        trace_id, span_id = case.trace_id or "", case.span_id or ""
        said = scores[trace_id, ""] | scores[trace_id, span_id]
        items.append(Item(case, tuple(said.values())))
    return items


def _scores(
    loki: Loki, window: Window, trace_ids: Iterable[str]
) -> dict[tuple[str, str], dict[str, Score]]:
    """Return the latest score of each name, by trace and span; without a span, of the trace."""
    found: dict[tuple[str, str], dict[str, Score]] = defaultdict(dict)
    ordered = sorted(one for one in trace_ids if re.fullmatch("[0-9a-f]{32}", one))
    for first in range(0, len(ordered), _AT_ONCE):
        either = "|".join(ordered[first : first + _AT_ONCE])
        query = (
            f'{{service_name=~".+"}} | {attributes.EVENT_NAME}="{events.EVALUATION}"'
            f' | trace_id=~"{either}" | {_label(attributes.EVALUATOR)}!="human"'
        )
        lines = loki.lines(query, start=window.start, end=window.end, limit=_MOST)
        for line in sorted(lines, key=lambda line: line.time_ns):
            span_id = line.labels.get("span_id", "").strip("0")
            score = _score(line)
            place = line.labels["trace_id"], line.labels["span_id"] if span_id else ""
            found[place][score.name] = score
    return found


def _score(line: Line) -> Score:
    said = line.labels
    value: float | None = None
    with suppress(ValueError):
        value = float(said.get(_label(attributes.EVALUATION_SCORE), ""))
    by = said.get(_label(attributes.EVALUATOR), "")
    return Score(
        case="",
        name=said.get(_label(attributes.EVALUATION_NAME), ""),
        value=value,
        label=said.get(_label(attributes.EVALUATION_LABEL)),
        reason=line.body,
        by=cast("Evaluator", by) if by in get_args(Evaluator) else "heuristic",
        error_type=said.get(_label(attributes.ERROR_TYPE)),
    )


def _label(attribute: str) -> str:
    return attribute.replace(".", "_")
