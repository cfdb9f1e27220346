"""Scores and ratings as only alerts read them: bad ones, and none where there were some."""

from typing import Final

from spansight.conventions import labels
from spansight.conventions.metrics import EVALUATION_SCORE, USER_RATING
from spansight_dashboards import history, promql
from spansight_dashboards.promql import Expression, Labelled, Scope
from spansight_dashboards.queries import quality

_DAY: Final = "24h"


def above(limit: float, evaluation: str, scope: Scope) -> Expression:
    """Return how many answers scored above the limit, which is a bucket's bound."""
    each = scope.per(*quality.PIPELINE)
    every = promql.rate(EVALUATION_SCORE, each, _named(evaluation))
    below = promql.rate_within(limit, EVALUATION_SCORE, each, _named(evaluation))
    return promql.scaled(promql.subtracted(every, below), history.seconds(scope.window))


def mean_rating(scope: Scope) -> Expression:
    return promql.rounded(promql.mean(USER_RATING, scope), quality.KNOWN_TO)


def rating_count(scope: Scope) -> Expression:
    return promql.increase(USER_RATING, scope)


def stopped(scores: Labelled, requests: Labelled, hours: int, enough: int) -> Expression:
    """Return 0 where nothing was scored in an hour with calls, though it was in most hours before.

    What is scored once a day, in one go, was never scored in most hours: it cannot stop here.
    """
    silent = promql.compared(history.now_or_zero(scores, _DAY), "<", 1)
    usual = promql.compared(history.busy_hours(scores, _DAY), ">=", hours)
    owner = (labels.SERVICE, labels.ENVIRONMENT)
    calls = promql.compared(history.summed(history.now(requests), *owner), ">=", enough)
    return history.where(promql.all_of(silent, usual), calls, *owner)


def _named(evaluation: str) -> promql.Matcher:
    return promql.equal(labels.EVALUATION, evaluation)
