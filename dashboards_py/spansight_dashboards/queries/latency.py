"""How long calls, answers and retrieval take, and how fast text comes."""

from typing import Final

from spansight.conventions import labels
from spansight.conventions.metrics import (
    ANSWER_LATENCY,
    LATENCY,
    RETRIEVAL_LATENCY,
    TIME_TO_FIRST_TOKEN,
    TOKENS_PER_SECOND,
)
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Matcher, Scope

MEDIAN: Final = 0.5
WHOLE_RETRIEVAL: Final = promql.equal(labels.STAGE, labels.TOTAL)
"""Embedding, search and reranking together."""
ANSWERED: Final = promql.equal(labels.STATUS, labels.SUCCESS)
"""Answers that there are: one that failed is neither early nor late, it is an error."""


def latency_quantile(fraction: float, scope: Scope) -> Expression:
    return promql.defined(promql.quantile(fraction, LATENCY, scope))


def slow(fraction: float, limit_s: float, scope: Scope) -> Expression:
    """Return the quantile where it is above the limit."""
    return promql.compared(promql.quantile(fraction, LATENCY, scope), ">", limit_s)


def latency_distribution(scope: Scope) -> Expression:
    return promql.buckets(LATENCY, scope)


def first_token_quantile(fraction: float, scope: Scope) -> Expression:
    return promql.defined(promql.quantile(fraction, TIME_TO_FIRST_TOKEN, scope))


def first_token_distribution(scope: Scope) -> Expression:
    return promql.buckets(TIME_TO_FIRST_TOKEN, scope)


def generation_speed(scope: Scope, fraction: float = MEDIAN) -> Expression:
    """Return a quantile of calls, the median by default, in output tokens per second."""
    return promql.defined(promql.quantile(fraction, TOKENS_PER_SECOND, scope))


def speed_distribution(scope: Scope) -> Expression:
    return promql.buckets(TOKENS_PER_SECOND, scope)


def answer_quantile(fraction: float, scope: Scope) -> Expression:
    """Return a quantile of whole answers: from the user's question to the finished text."""
    return promql.defined(promql.quantile(fraction, ANSWER_LATENCY, scope.where(ANSWERED)))


def retrieval_quantile(fraction: float, scope: Scope, *where: Matcher) -> Expression:
    return promql.defined(promql.quantile(fraction, RETRIEVAL_LATENCY, scope.where(*where)))


def retrieval_distribution(scope: Scope) -> Expression:
    return promql.buckets(RETRIEVAL_LATENCY, scope.where(WHOLE_RETRIEVAL))
