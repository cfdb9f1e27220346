"""Calls take too long."""

from spansight_dashboards import promql
from spansight_dashboards.config import Config
from spansight_dashboards.queries import latency, scope, traffic
from spansight_dashboards.rules import Alert, Group


def group(config: Config) -> Group:
    return Group(subject="latency", rules=(high_latency(config),))


def high_latency(config: Config) -> Alert:
    calls = scope.rule(config).per(*scope.CALLS)
    slow = latency.slow(0.95, config.latency_p95_limit_s, calls)
    enough = promql.compared(traffic.request_count(calls), ">=", config.minimum_requests)
    return Alert(
        name="HighLatency",
        expression=promql.all_of(slow, enough),
        lasting="5m",
        severity="warning",
        summary=f"LLM P95 latency > {config.latency_p95_limit_s:g} s",
        description=(
            "P95 latency of {{ $labels.model }} in {{ $labels.service }} "
            "({{ $labels.environment }}) is {{ $value | humanizeDuration }} over "
            f"{config.alert_window}; the limit is {config.latency_p95_limit_s:g} s."
        ),
        chosen=scope.CALLS,
    )
