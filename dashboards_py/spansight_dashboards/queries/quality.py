"""How well answers keep to what was retrieved."""

from typing import Final

from spansight.conventions import labels
from spansight.conventions.metrics import EVALUATION_SCORE
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Labelled, Scope

PIPELINE: Final = (labels.SERVICE, labels.ENVIRONMENT, labels.TEAM, labels.PIPELINE)
"""Which RAG pipeline: the labels of a recorded score."""

_FAITHFULNESS = promql.equal(labels.EVALUATION, labels.FAITHFULNESS)


def faithfulness(scope: Scope) -> Expression:
    """Mean score of the answers in the window."""
    return promql.mean(EVALUATION_SCORE, scope.per(*PIPELINE), _FAITHFULNESS)


def faithfulness_count(scope: Scope) -> Expression:
    """Answers scored in the window."""
    return promql.increase(EVALUATION_SCORE, scope.per(*PIPELINE), _FAITHFULNESS)


def latest(series: Labelled, scope: Scope) -> Expression:
    """Return the recorded score of each pipeline."""
    return promql.latest(series, scope)


def worst(series: Labelled, scope: Scope) -> Expression:
    """Return the lowest of all pipelines."""
    return promql.lowest(promql.latest(series, scope))
