"""Whether telemetry arrives: what answers, what waits, what is lost, in the servers' own words."""

from typing import Final

from spansight.conventions import foreign, labels
from spansight.conventions.foreign import Foreign
from spansight.conventions.metrics import (
    CONTENT_CUT,
    DROPPED,
    PRICE_TABLE,
    UNPRICED_REQUEST,
    WORKER_LAST_SUCCESS,
)
from spansight_dashboards import history, promql
from spansight_dashboards.promql import Expression, Matcher, Scope
from spansight_dashboards.queries import losses

_MASKING: Final = (labels.REASON, labels.MASKING_ERROR)
_SECONDS_AN_HOUR: Final = 3600
_SECONDS_A_DAY: Final = 86400
_WEEK: Final = "7d"


def collectors_down() -> Expression:
    """Return how many Collectors do not answer; 1 when Prometheus knows of none at all."""
    # Of an equality, absent() would make a label, which the count beside it lacks.
    ours = Matcher(labels.JOB, "=~", foreign.COLLECTOR_JOB)
    silent = promql.compared(history.now(foreign.UP, ours), "==", 0)
    return promql.any_of(history.counted(silent), history.absent(foreign.UP, ours))


def stores_down() -> Expression:
    """Return 0 for each store none of whose servers answers."""
    theirs = Matcher(labels.JOB, "=~", "|".join(foreign.STORE_JOBS))
    answering = promql.highest(history.now(foreign.UP, theirs), labels.JOB)
    return promql.compared(answering, "==", 0)


def fullest_queues(limit: float) -> Expression:
    """Return the fill of each store's fullest queue where it is above the limit."""
    filled = promql.ratio(history.now(foreign.QUEUE_SIZE), history.now(foreign.QUEUE_CAPACITY))
    return promql.compared(promql.highest(filled, labels.EXPORTER), ">", limit)


def stuck_queues(scope: Scope) -> Expression:
    """Return the bytes that wait for a store which took nothing in the window."""
    waiting = promql.compared(
        promql.highest(history.lowest_over(foreign.QUEUE_SIZE, scope.window), labels.EXPORTER),
        ">",
        0,
    )
    took = (
        promql.compared(promql.counted(series, scope.per(labels.EXPORTER)), ">", 0)
        for series in (foreign.SENT_SPANS, foreign.SENT_LOGS)
    )
    return history.without(waiting, promql.any_of(*took), labels.EXPORTER)


def lost(series: Foreign, scope: Scope, *where: Matcher) -> Expression:
    """Return what a server's own counter lost in the window, its very first loss included."""
    return promql.any_of(
        promql.compared(promql.counted(series, scope, *where), ">", 0),
        promql.compared(promql.appeared(series, scope, *where), ">", 0),
    )


def lost_at_stores(scope: Scope) -> Expression:
    """Return what Loki or Tempo refused, by reason."""
    refusing = (foreign.LOKI_DISCARDED, foreign.TEMPO_DISCARDED)
    return promql.any_of(*(lost(series, scope.per(labels.REASON)) for series in refusing))


def lost_at_collector(scope: Scope) -> Expression:
    """Return what the Collector gave up, by the store that would not have it."""
    failing = (foreign.SEND_FAILED_SPANS, foreign.SEND_FAILED_LOGS)
    return promql.any_of(*(lost(series, scope.per(labels.EXPORTER)) for series in failing))


def lost_in_processes(scope: Scope) -> Expression:
    """Return what applications could not deliver; what may not leave is an alert of its own."""
    by = (*labels.PROCESS, labels.REASON)
    dropped = promql.increase(DROPPED, scope.per(*by), Matcher(_MASKING[0], "!=", _MASKING[1]))
    return promql.compared(dropped, ">", 0)


def unmasked_in_processes(scope: Scope) -> Expression:
    """Return what could not be masked, and so was dropped in the process."""
    dropped = promql.increase(DROPPED, scope.per(*labels.PROCESS), promql.equal(*_MASKING))
    return promql.compared(dropped, ">", 0)


def unmasked_at_collector(scope: Scope) -> Expression:
    """Return what the Collector could not mask, and so refused."""
    return promql.compared(losses.unmasked(scope), ">", 0)


def cut(scope: Scope) -> Expression:
    """Return events whose text the Collector cut, by whose they are."""
    by = (labels.SERVICE, labels.ENVIRONMENT, labels.TEAM)
    return promql.compared(promql.increase(CONTENT_CUT, scope.per(*by)), ">", 0)


def failing_rules(scope: Scope) -> Expression:
    failures = promql.counted(foreign.RULE_FAILURES, scope.per(labels.RULE_GROUP))
    return promql.compared(failures, ">", 0)


def unpriced(scope: Scope, enough: int) -> Expression:
    """Return calls of unknown price where there were enough of them."""
    return promql.compared(promql.increase(UNPRICED_REQUEST, scope), ">=", enough)


def overdue_jobs(limit: int) -> Expression:
    """Return the hours since the last success of each job of a worker, where they are too many.

    A worker that has ended says nothing more, so what it said is remembered for a week.
    """
    by = (*labels.PROCESS, labels.WORKER_JOB)
    hours = history.divided(history.age(WORKER_LAST_SUCCESS, _WEEK, *by), _SECONDS_AN_HOUR)
    return promql.compared(hours, ">", limit)


def price_table_days(limit: int) -> Expression:
    """Return the age of the price table in days where it is above the limit."""
    days = history.divided(history.age(PRICE_TABLE, _WEEK), _SECONDS_A_DAY)
    return promql.compared(days, ">", limit)
