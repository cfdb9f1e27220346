"""What a call costs: unknown, more than before, or by an old table."""

from typing import Final

from spansight.conventions import labels
from spansight_dashboards.alerts.wording import COUNT, SERVICE, SHARE
from spansight_dashboards.config import Config
from spansight_dashboards.queries import pipeline, scope, surges
from spansight_dashboards.recordings import hourly
from spansight_dashboards.recordings.levels import MODEL
from spansight_dashboards.rules import Alert, Group

_WORTHWHILE: Final = 0.1
"""A cache that served less than a tenth of the input was never worth an alert."""
_UNPRICED: Final = (*scope.CALLS, labels.PROVIDER, labels.REASON)


def group(config: Config) -> Group:
    return Group(
        subject="prices",
        interval="1m",
        rules=(
            unpriced_model(config),
            cost_per_request_jump(config),
            cache_hit_drop(config),
            price_table_old(config),
        ),
    )


def unpriced_model(config: Config) -> Alert:
    hour = scope.rule(config).over("1h").per(*_UNPRICED)
    return Alert(
        name="UnpricedModel",
        expression=pipeline.unpriced(hour, config.minimum_unpriced_requests),
        lasting="5m",
        severity="warning",
        summary="The cost of {{ $labels.model }} is unknown ({{ $labels.reason }})",
        description=(
            f"{COUNT} calls from {SERVICE} to {{{{ $labels.model }}}} of "
            "{{ $labels.provider }} had no price in the last hour ({{ $labels.reason }}); "
            "their cost is in no sum."
        ),
        board="cost",
        panel="Unpriced calls by model",
        chosen=scope.CALLS,
    )


def cost_per_request_jump(config: Config) -> Alert:
    factor = config.cost_per_request_factor
    return Alert(
        name="CostPerRequestJump",
        expression=surges.dearer(
            hourly.cost(config),
            hourly.requests(config),
            factor,
            config.minimum_hourly_requests,
            MODEL.labels,
        ),
        lasting="10m",
        severity="warning",
        summary=f"A call costs more than {factor:g} times what it did",
        description=(
            f"A call from {SERVICE} to {{{{ $labels.model }}}} cost "
            '{{ $value | printf "%.1f" }} times as much in the last hour as on the day before; '
            f"more than {factor:g} times is told."
        ),
        board="cost",
        panel="Cost per 1000",
        chosen=MODEL.labels,
    )


def cache_hit_drop(config: Config) -> Alert:
    factor = config.cache_hit_factor
    return Alert(
        name="CacheHitDrop",
        expression=surges.colder(
            hourly.cached_tokens(config),
            hourly.tokens(config),
            hourly.requests(config),
            factor=factor,
            worthwhile=_WORTHWHILE,
            enough=config.minimum_hourly_requests,
            by=MODEL.labels,
        ),
        lasting="10m",
        severity="warning",
        summary="The provider's cache serves far less input than it did",
        description=(
            f"{SHARE} of the input from {SERVICE} to {{{{ $labels.model }}}} came from the "
            f"provider's cache in the last hour: less than 1/{factor:g} of the day before's share."
        ),
        board="cost",
        panel="Cache hits",
        chosen=MODEL.labels,
    )


def price_table_old(config: Config) -> Alert:
    limit = config.price_table_days
    return Alert(
        name="PriceTableOld",
        expression=pipeline.price_table_days(limit),
        lasting="1h",
        severity="warning",
        summary=f"The price table is older than {limit} days",
        description=(
            f"The table that prices calls is {COUNT} days old; providers change prices, and what "
            "they changed since is counted at the old ones."
        ),
        board="cost",
        panel="Cost",
    )
