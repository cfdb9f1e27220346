"""Calls fail."""

from spansight_dashboards import promql
from spansight_dashboards.config import Config
from spansight_dashboards.queries import scope, traffic
from spansight_dashboards.rules import Alert, Group


def group(config: Config) -> Group:
    return Group(subject="errors", rules=(high_error_rate(config),))


def high_error_rate(config: Config) -> Alert:
    calls = scope.rule(config).per(*scope.CALLS)
    failing = traffic.failing(config.error_ratio_limit, calls)
    enough_calls = promql.compared(traffic.request_count(calls), ">=", config.minimum_requests)
    enough_errors = promql.compared(traffic.error_count(calls), ">=", config.minimum_errors)
    return Alert(
        name="HighErrorRate",
        expression=promql.all_of(failing, enough_calls, enough_errors),
        lasting="3m",
        severity="critical",
        summary=f"LLM error rate > {config.error_ratio_limit:.0%}",
        description=(
            "{{ $value | humanizePercentage }} of the calls from {{ $labels.service }} "
            "({{ $labels.environment }}) to {{ $labels.model }} failed in the last "
            f"{config.alert_window}; the limit is {config.error_ratio_limit:.0%}."
        ),
        chosen=scope.CALLS,
    )
