"""How long calls, answers and retrieval take, and how many of them keep their target."""

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

WHOLE_RETRIEVAL = promql.equal(labels.STAGE, labels.TOTAL)
"""Embedding, search and reranking together."""


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


def generation_speed(scope: Scope, fraction: float = 0.5) -> Expression:
    """Return a quantile of calls, the median by default, in output tokens per second."""
    return promql.defined(promql.quantile(fraction, TOKENS_PER_SECOND, scope))


def speed_distribution(scope: Scope) -> Expression:
    return promql.buckets(TOKENS_PER_SECOND, scope)


def answer_quantile(fraction: float, scope: Scope) -> Expression:
    """Return a quantile of whole answers: from the user's question to the finished text."""
    return promql.defined(promql.quantile(fraction, ANSWER_LATENCY, scope))


def retrieval_quantile(fraction: float, scope: Scope, *where: Matcher) -> Expression:
    return promql.defined(promql.quantile(fraction, RETRIEVAL_LATENCY, scope.where(*where)))


def retrieval_distribution(scope: Scope) -> Expression:
    return promql.buckets(RETRIEVAL_LATENCY, scope.where(WHOLE_RETRIEVAL))


def first_tokens_in_time(target_s: float, scope: Scope) -> Expression:
    return promql.share_within(target_s, TIME_TO_FIRST_TOKEN, scope)


def fast_generations(target: float, scope: Scope) -> Expression:
    """Return the share of calls above the target, in output tokens per second."""
    slow_ones = promql.share_within(target, TOKENS_PER_SECOND, scope)
    return promql.subtracted(promql.number(1), slow_ones)


def answers_in_time(target_s: float, scope: Scope) -> Expression:
    return promql.share_within(target_s, ANSWER_LATENCY, scope)


def retrievals_in_time(target_s: float, scope: Scope) -> Expression:
    return promql.share_within(target_s, RETRIEVAL_LATENCY, scope.where(WHOLE_RETRIEVAL))


def burn_rate(kept: Expression, objective: float) -> Expression:
    """Return how many times faster than allowed targets are missed: 1 spends the budget exactly."""
    missed = promql.subtracted(promql.number(1), kept)
    return promql.scaled(missed, 1 / (1 - objective))
