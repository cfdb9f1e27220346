"""What agents and their tools did, how long they took, and how often they failed."""

from spansight.conventions import labels
from spansight.conventions.metrics import AGENT_LATENCY, TOOL_LATENCY, Metric
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Scope

_FAILED = promql.equal(labels.STATUS, labels.ERROR)


def runs(scope: Scope) -> Expression:
    return promql.increase(AGENT_LATENCY, scope)


def runs_per_minute(scope: Scope) -> Expression:
    return promql.scaled(promql.rate(AGENT_LATENCY, scope), 60)


def run_quantile(fraction: float, scope: Scope) -> Expression:
    return promql.defined(promql.quantile(fraction, AGENT_LATENCY, scope))


def failed_runs(scope: Scope) -> Expression:
    """Return failed ÷ all runs."""
    return _failed(AGENT_LATENCY, scope)


def tool_calls(scope: Scope) -> Expression:
    return promql.increase(TOOL_LATENCY, scope)


def tool_calls_per_minute(scope: Scope) -> Expression:
    return promql.scaled(promql.rate(TOOL_LATENCY, scope), 60)


def tool_quantile(fraction: float, scope: Scope) -> Expression:
    return promql.defined(promql.quantile(fraction, TOOL_LATENCY, scope))


def failed_tools(scope: Scope) -> Expression:
    """Return failed ÷ all tool calls."""
    return _failed(TOOL_LATENCY, scope)


def tools_per_run(scope: Scope) -> Expression:
    return promql.ratio(tool_calls(scope), runs(scope))


def _failed(metric: Metric, scope: Scope) -> Expression:
    total = promql.rate(metric, scope)
    failed = promql.rate(metric, scope, _FAILED)
    return promql.ratio(promql.zero_without(failed, total), total)
