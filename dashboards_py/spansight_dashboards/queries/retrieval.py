"""What retrieval found: how much, how well it scored, and how often nothing at all."""

from typing import Final

from spansight.conventions import labels
from spansight.conventions.metrics import RETRIEVAL_LATENCY, RETRIEVAL_RESULTS, RETRIEVAL_SCORE
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Scope

SEARCH: Final = promql.equal(labels.STAGE, "search")


def searches(scope: Scope) -> Expression:
    """Return how many searches there were."""
    return promql.increase(RETRIEVAL_LATENCY, scope, SEARCH)


def results(scope: Scope) -> Expression:
    """Return the mean number of results."""
    return promql.mean(RETRIEVAL_RESULTS, scope)


def score(scope: Scope) -> Expression:
    """Return the mean of the results' mean scores."""
    return promql.mean(RETRIEVAL_SCORE, scope)


def empty_ratio(scope: Scope) -> Expression:
    """Return the share of searches that found nothing."""
    return promql.share_within(0, RETRIEVAL_RESULTS, scope.where(SEARCH))
