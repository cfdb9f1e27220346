"""What was lost, or waits, between an application and the stores: as those involved count it."""

from spansight.conventions import foreign, labels
from spansight.conventions.metrics import DROPPED, ERRORS
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Scope


def refused(scope: Scope) -> tuple[Expression, Expression]:
    """Return spans, and events, that the Collector did not take for now."""
    spans, events = (
        promql.counted(series, scope) for series in (foreign.REFUSED_SPANS, foreign.REFUSED_LOGS)
    )
    return spans, events


def dropped(scope: Scope) -> Expression:
    """Spans and events that applications could not deliver in the window."""
    return promql.increase(DROPPED, scope)


def errors(scope: Scope) -> Expression:
    """Errors of the instrumentation in the window, which applications never saw."""
    return promql.increase(ERRORS, scope)


def given_up(scope: Scope) -> Expression:
    """Spans and events in the window that stores refused for good; 0 without any."""
    lost = (
        promql.or_zero(promql.counted(series, scope))
        for series in (foreign.SEND_FAILED_SPANS, foreign.SEND_FAILED_LOGS)
    )
    return promql.added(*lost)


def no_room(scope: Scope) -> Expression:
    """Increments of derived metrics in the window that no labelled series took."""
    return promql.counted(foreign.LIMITED, scope, promql.equal(labels.ERROR_KIND, foreign.NO_ROOM))


def fullest_queue(scope: Scope) -> Expression:
    """Return the fill of the fullest queue, 0 to 1."""
    filled = promql.ratio(
        promql.latest(foreign.QUEUE_SIZE, scope), promql.latest(foreign.QUEUE_CAPACITY, scope)
    )
    return promql.highest(filled)


def waiting_bytes(scope: Scope) -> Expression:
    """Bytes on disk for each store."""
    return promql.highest(promql.latest(foreign.QUEUE_SIZE, scope), labels.EXPORTER)


def memory_bytes(scope: Scope) -> Expression:
    """Memory of each Collector's process, the largest."""
    return promql.highest(promql.latest(foreign.MEMORY, scope))
