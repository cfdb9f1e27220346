"""A score as an event of the answer that it is about: the one way out, whoever judged."""

from collections.abc import Mapping
from typing import Final

from opentelemetry.context import Context

from spansight.conventions import attributes, labels
from spansight.evals.model import LONGEST_REASON, Case, Score
from spansight.telemetry import events
from spansight.telemetry.context import accepted, carrying
from spansight.telemetry.guard import Guard
from spansight.telemetry.standard import captures_content

WHOSE: Final[Mapping[str, str]] = {
    labels.TEAM: attributes.TEAM,
    labels.FEATURE: attributes.FEATURE,
    labels.PIPELINE: attributes.PIPELINE,
    labels.EXPERIMENT: attributes.EXPERIMENT,
    labels.VARIANT: attributes.VARIANT,
}
"""What a case's metadata may say of whose answer it was → its attribute."""


def tell(score: Score, case: Case, around: Context, *, quotes: bool = True) -> None:
    """Emit a score, a label or a failure; what had nothing to judge is no event.

    It is of the span that the case names, else of the context's.  A reason that may quote the case
    leaves the process only where content does; what an exception says may always quote it.
    """
    if score.value is None and score.label is None and score.error_type is None:
        return
    may_quote = quotes or score.error_type is not None
    with Guard("event of a score"):
        said = {WHOSE[name]: value for name, value in whose(case).items()}
        there = carrying(accepted(said), around)
        if case.trace_id is not None:
            there = events.elsewhere(case.trace_id, case.span_id or "0", there)
        events.evaluation(
            score.name,
            score.value,
            evaluator=score.by,
            context=there,
            error_type=score.error_type,
            label=score.label,
            explanation=_explanation(score) if captures_content() or not may_quote else None,
            more=score.about,
            response_id=case.response_id,
        )


def whose(case: Case) -> dict[str, str]:
    """Return whose answer it was: team, feature and the like, as far as the metadata says."""
    said = {name: case.metadata.get(name) for name in WHOSE}
    return {name: value for name, value in said.items() if isinstance(value, str)}


def _explanation(score: Score) -> str | None:
    return score.reason[:LONGEST_REASON] or None
