"""How good the answers of each pipeline are, as boards, alerts and recorded series all read it."""

from typing import Final

from spansight.conventions import labels
from spansight.conventions.metrics import EVALUATION_SCORE
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Labelled, Scope
from spansight_dashboards.queries import evaluations

PIPELINE: Final = (labels.SERVICE, labels.ENVIRONMENT, labels.TEAM, labels.PIPELINE)
"""Which RAG pipeline: the labels of a recorded score."""

KNOWN_TO: Final = 0.001
"""How exactly a mean over scrapes is known: 0.7999998 is 0.8, and not below a limit of 0.8."""


def mean(names: tuple[str, ...], scope: Scope) -> Expression:
    """Return the mean score of each pipeline's answers."""
    each = promql.mean(EVALUATION_SCORE, scope.per(*PIPELINE), evaluations.named(*names))
    return promql.rounded(each, KNOWN_TO)


def count(names: tuple[str, ...], scope: Scope) -> Expression:
    """Return how many answers were scored."""
    return promql.increase(EVALUATION_SCORE, scope.per(*PIPELINE), evaluations.named(*names))


def latest(series: Labelled, scope: Scope) -> Expression:
    """Return the recorded score of each pipeline."""
    return promql.latest(series, scope)


def worst(series: Labelled, scope: Scope) -> Expression:
    """Return the lowest of all pipelines."""
    return promql.lowest(promql.latest(series, scope))
