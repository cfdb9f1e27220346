"""Objectives are missed so often that their budget for thirty days runs out early.

Each is one alert in two forms: critical for what spends 2 % in an hour, a warning for what spends
10 % in a day or three.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from spansight_dashboards import promql
from spansight_dashboards.alerts.wording import SERVICE, SHARE
from spansight_dashboards.config import Config
from spansight_dashboards.knobs import percent
from spansight_dashboards.queries import objectives, scope
from spansight_dashboards.queries.objectives import FAST, SLOW, Burn, Objective
from spansight_dashboards.recordings import objectives as recorded
from spansight_dashboards.rules import Alert, Group


@dataclass(frozen=True, slots=True)
class _Words:
    """How an alert speaks of one objective."""

    alert: str
    good: str
    missed: str
    panel: str
    board: str = "latency"


_WORDS: Final = {
    "availability": _Words(
        "AvailabilityBurn", "calls succeed", "calls failed", "Error ratio", "overview"
    ),
    "first_token": _Words(
        "FirstTokenBurn", "first tokens come", "first tokens came late", "First token, P95"
    ),
    "answer": _Words(
        "AnswerLatencyBurn", "answers are complete", "answers were late", "Whole answer, P95"
    ),
    "retrieval": _Words("RetrievalBurn", "searches end", "searches were late", "Retrieval, P95"),
}
_FORMS: Final[dict[Literal["critical", "warning"], tuple[Burn, ...]]] = {
    "critical": FAST,
    "warning": SLOW,
}
_LASTING: Final = {"critical": "2m", "warning": "15m"}


def group(config: Config) -> Group:
    return Group(
        subject="burn",
        interval="1m",
        rules=tuple(
            alert for objective in objectives.all_of(config) for alert in _alerts(config, objective)
        ),
    )


def _alerts(config: Config, objective: Objective) -> Iterator[Alert]:
    words = _WORDS[objective.name]
    events, missed = recorded.events(config, objective), recorded.missed(config, objective)
    within = f" within {objective.target:g} s" if objective.target else ""
    for severity, burns in _FORMS.items():
        pairs = (
            objectives.burning(objective, burn, config.minimum_objective_events, events, missed)
            for burn in burns
        )
        yield Alert(
            name=words.alert,
            expression=promql.any_of(*pairs),
            lasting=_LASTING[severity],
            severity=severity,
            summary=f"Fewer than {percent(objective.share)} of the {words.good}{within}",
            description=(
                f"{SHARE} of the {words.missed} in {SERVICE} over "
                f"{' or '.join(burn.long for burn in burns)}, and it goes on; "
                f"{objective.allowed:.2%} may, so the budget for thirty days is gone in "
                f"{_gone_in(burns[0])} at this rate or sooner."
            ),
            board=words.board,
            panel=words.panel,
            chosen=scope.OWNER,
        )


def _gone_in(burn: Burn) -> str:
    return f"{30 / burn.factor:.0f} days"
