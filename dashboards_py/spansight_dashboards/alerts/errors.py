"""Calls fail."""

from spansight.conventions import labels
from spansight_dashboards import promql
from spansight_dashboards.alerts.wording import COUNT, SERVICE, SHARE
from spansight_dashboards.config import Config
from spansight_dashboards.knobs import percent
from spansight_dashboards.queries import scope, surges, traffic
from spansight_dashboards.recordings import hourly
from spansight_dashboards.rules import Alert, Group


def group(config: Config) -> Group:
    return Group(subject="errors", rules=(high_error_rate(config), error_type_surge(config)))


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
        summary=f"LLM error rate > {percent(config.error_ratio_limit)}",
        description=(
            f"{SHARE} of the calls from {SERVICE} to {{{{ $labels.model }}}} failed in the last "
            f"{config.alert_window}; the limit is {percent(config.error_ratio_limit)}."
        ),
        panel="Error ratio",
        chosen=scope.CALLS,
    )


def error_type_surge(config: Config) -> Alert:
    return Alert(
        name="ErrorTypeSurge",
        expression=surges.new_errors(
            hourly.service_errors(config), config.error_type_factor, config.minimum_hourly_errors
        ),
        lasting="5m",
        severity="warning",
        summary=f"{{{{ $labels.{labels.ERROR_TYPE} }}}} surges in {{{{ $labels.service }}}}",
        description=(
            f"{COUNT} calls from {SERVICE} failed with {{{{ $labels.{labels.ERROR_TYPE} }}}} in "
            f"the last hour: more than {config.error_type_factor:g} times the mean hour of the "
            "day before."
        ),
        panel="Error ratio",
        chosen=scope.OWNER,
    )
