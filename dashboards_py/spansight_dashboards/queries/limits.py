"""What found no room among the labels."""

from spansight.conventions import foreign, labels
from spansight.conventions.metrics import REQUEST
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Scope

_NO_ROOM = promql.equal(labels.ERROR_KIND, foreign.NO_ROOM)


def limited_increments(scope: Scope) -> Expression:
    """Return increments of derived metrics that no labelled series took, where there were some."""
    return promql.any_of(
        promql.compared(promql.counted(foreign.LIMITED, scope, _NO_ROOM), ">", 0),
        promql.compared(promql.appeared(foreign.LIMITED, scope, _NO_ROOM), ">", 0),
    )


def overflown_calls(scope: Scope) -> Expression:
    """Return calls that were counted without their labels, where there were some."""
    overflown = promql.increase(REQUEST, scope, promql.equal(labels.STATUS, labels.OTHER))
    return promql.compared(overflown, ">", 0)


def most_series(count: int, scope: Scope) -> Expression:
    """Return who fills the room: the services with the most combinations of labels."""
    return promql.top(count, promql.series_count(REQUEST, scope.per(labels.SERVICE)))
