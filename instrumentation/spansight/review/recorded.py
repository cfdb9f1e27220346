"""Recorded answers as cases, with the scores that evaluators have already given them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final, cast, get_args

from spansight.conventions import attributes, events
from spansight.conventions.attributes import Evaluator
from spansight.evals import Case, Score
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
    return [Item(case, tuple(_of(case, scores).values())) for case in cases]


def _of(case: Case, scores: Mapping[str, Sequence[tuple[str, Score]]]) -> dict[str, Score]:
    """Return what was said of a case's trace, by name; what was said of its own span wins."""
    said = scores.get(case.trace_id or "", ())
    own = [score for span_id, score in said if span_id == case.span_id]
    return {score.name: score for score in (*(score for _, score in said), *own)}


def _scores(
    loki: Loki, window: Window, trace_ids: Iterable[str]
) -> dict[str, list[tuple[str, Score]]]:
    """Return spans and scores by trace, the latest last."""
    found: dict[str, list[tuple[str, Score]]] = defaultdict(list)
    ordered = sorted(one for one in trace_ids if re.fullmatch("[0-9a-f]{32}", one))
    for first in range(0, len(ordered), _AT_ONCE):
        either = "|".join(ordered[first : first + _AT_ONCE])
        query = (
            f'{{service_name=~".+"}} | {attributes.EVENT_NAME}="{events.EVALUATION}"'
            f' | trace_id=~"{either}" | {_label(attributes.EVALUATOR)}!="human"'
        )
        lines = loki.lines(query, start=window.start, end=window.end, limit=_MOST)
        for line in sorted(lines, key=lambda line: line.time_ns):
            found[line.labels["trace_id"]].append((line.labels.get("span_id", ""), _score(line)))
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
