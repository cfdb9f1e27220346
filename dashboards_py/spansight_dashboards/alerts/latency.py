"""Calls take too long, or answer too slowly."""

from spansight.conventions.metrics import TOKENS_PER_SECOND
from spansight_dashboards import promql
from spansight_dashboards.alerts.wording import SERVICE, SPEED
from spansight_dashboards.config import Config
from spansight_dashboards.queries import latency, scope, traffic
from spansight_dashboards.rules import Alert, Group


def group(config: Config) -> Group:
    return Group(subject="latency", rules=(high_latency(config), slow_generation(config)))


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
            f"P95 latency of {{{{ $labels.model }}}} in {SERVICE} is "
            f"{{{{ $value | humanizeDuration }}}} over "
            f"{config.alert_window}; the limit is {config.latency_p95_limit_s:g} s."
        ),
        panel="Response time",
        chosen=scope.CALLS,
    )


def slow_generation(config: Config) -> Alert:
    calls = scope.rule(config).per(*scope.CALLS)
    minimum = config.generation_speed_minimum
    slow = promql.compared(latency.generation_speed(calls), "<", minimum)
    enough = promql.compared(
        promql.increase(TOKENS_PER_SECOND, calls), ">=", config.minimum_requests
    )
    return Alert(
        name="SlowGeneration",
        expression=promql.all_of(slow, enough),
        lasting="10m",
        severity="warning",
        summary=f"LLM output below {minimum:g} tokens per second",
        description=(
            f"The median call from {SERVICE} to {{{{ $labels.model }}}} gets {SPEED} tokens a "
            f"second over {config.alert_window}; at least {minimum:g} are expected."
        ),
        board="latency",
        panel="Speed by model",
        chosen=scope.CALLS,
    )
