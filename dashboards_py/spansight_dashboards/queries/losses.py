"""What was lost, or waits, between an application and the stores: as those involved count it."""

from spansight.conventions import foreign, labels
from spansight.conventions.metrics import CONTENT_CUT, DROPPED, ERRORS, WORKER_LAST_SUCCESS
from spansight_dashboards import history, promql
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


def refused_by_stores(scope: Scope) -> Expression:
    """Return spans and events in the window that Tempo and Loki refused; 0 without any."""
    refusing = (foreign.TEMPO_DISCARDED, foreign.LOKI_DISCARDED)
    return promql.added(*(promql.or_zero(promql.counted(each, scope)) for each in refusing))


def cut(scope: Scope) -> Expression:
    """Return texts and attributes in the window that are stored without their end."""
    by_collector = promql.or_zero(promql.increase(CONTENT_CUT, scope))
    by_tempo = promql.or_zero(promql.counted(foreign.TEMPO_TRUNCATED, scope))
    return promql.added(by_collector, by_tempo)


def answering(scope: Scope) -> Expression:
    """Return 1 for each kind of server that answers Prometheus, else 0."""
    return promql.highest(promql.latest(foreign.UP, scope), labels.JOB)


def silent(scope: Scope) -> Expression:
    """Return how many kinds of servers do not answer."""
    answers = answering(scope)
    return promql.or_zero(history.counted(promql.compared(answers, "<", 1)))


def unmasked(scope: Scope) -> Expression:
    """Return what the Collector's masking was given in the window and did not pass on."""
    masking = promql.equal(labels.PROCESSOR, foreign.MASKING_STEP)
    came, went = (
        promql.counted(series, scope, masking) for series in (foreign.STEP_IN, foreign.STEP_OUT)
    )
    return promql.subtracted(came, went)


def since_success(window: str) -> Expression:
    """Return the seconds since each job of a worker last succeeded within the window."""
    return history.age(WORKER_LAST_SUCCESS, window, labels.SERVICE, labels.WORKER_JOB)


def rule_failures(scope: Scope) -> Expression:
    """Return evaluations of rules in the window that ended in an error."""
    return promql.or_zero(promql.counted(foreign.RULE_FAILURES, scope))
