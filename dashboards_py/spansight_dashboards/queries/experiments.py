"""The arms of experiments: how many calls each had, how they went, and what they cost."""

from typing import Final

from spansight.conventions import labels
from spansight.conventions.metrics import EVALUATION_SCORE, EXPERIMENT_COST, EXPERIMENT_LATENCY
from spansight_dashboards import history, promql
from spansight_dashboards.promql import Expression, Matcher, Scope
from spansight_dashboards.queries import evaluations

ARM: Final = (labels.EXPERIMENT, labels.VARIANT)

_FAILED = promql.equal(labels.STATUS, labels.ERROR)
_IN_ONE = Matcher(labels.EXPERIMENT, "!=", "")


def calls(scope: Scope) -> Expression:
    return promql.increase(EXPERIMENT_LATENCY, scope)


def calls_per_minute(scope: Scope) -> Expression:
    return promql.scaled(promql.rate(EXPERIMENT_LATENCY, scope), 60)


def running(scope: Scope) -> Expression:
    """Return how many experiments had a call."""
    return history.counted(promql.compared(calls(scope.per(labels.EXPERIMENT)), ">", 0))


def smallest_arm(scope: Scope) -> Expression:
    """Return the calls of the arm that had fewest."""
    return promql.lowest(calls(scope.per(*ARM)))


def latency_quantile(fraction: float, scope: Scope) -> Expression:
    return promql.defined(promql.quantile(fraction, EXPERIMENT_LATENCY, scope))


def error_ratio(scope: Scope) -> Expression:
    total = promql.rate(EXPERIMENT_LATENCY, scope)
    failed = promql.rate(EXPERIMENT_LATENCY, scope, _FAILED)
    return promql.ratio(promql.zero_without(failed, total), total)


def cost(scope: Scope) -> Expression:
    return promql.increase(EXPERIMENT_COST, scope)


def cost_per_thousand_calls(scope: Scope) -> Expression:
    return promql.scaled(promql.ratio(cost(scope), calls(scope)), 1000)


def score(scope: Scope) -> Expression:
    """Return mean scores of answers that took part in an experiment."""
    return promql.mean(EVALUATION_SCORE, scope, _IN_ONE)


def scores(scope: Scope) -> Expression:
    return promql.increase(EVALUATION_SCORE, scope, _IN_ONE)


def low_ratio(scope: Scope) -> Expression:
    """Return which share of the scores is half or less."""
    return evaluations.low_ratio(scope.where(_IN_ONE))
