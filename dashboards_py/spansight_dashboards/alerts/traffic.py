"""Far more calls than usual, far fewer, or none."""

from spansight_dashboards.alerts.wording import COUNT, SERVICE
from spansight_dashboards.config import Config
from spansight_dashboards.queries import scope, surges
from spansight_dashboards.recordings import hourly
from spansight_dashboards.rules import Alert, Group

_EARLIER = "the same hour a week ago, and yesterday"


def group(config: Config) -> Group:
    return Group(
        subject="traffic",
        interval="1m",
        rules=(traffic_surge(config), traffic_drop(config), nothing_received(config)),
    )


def traffic_surge(config: Config) -> Alert:
    factor = config.traffic_factor
    return Alert(
        name="TrafficSurge",
        expression=surges.surging(
            hourly.service_requests(config), factor, config.minimum_hourly_requests
        ),
        lasting="10m",
        severity="warning",
        summary=f"More than {factor:g} times the usual calls",
        description=(
            f"{SERVICE} made {COUNT} calls in the last hour: more than {factor:g} times those of "
            f"{_EARLIER}."
        ),
        panel="Request volume",
        chosen=scope.OWNER,
    )


def traffic_drop(config: Config) -> Alert:
    factor = config.traffic_factor
    return Alert(
        name="TrafficDrop",
        expression=surges.dropping(
            hourly.service_requests(config), factor, config.minimum_hourly_requests
        ),
        lasting="10m",
        severity="warning",
        summary=f"Fewer calls than usual by a factor of {factor:g}",
        description=(
            f"{SERVICE} made {COUNT} calls in the last hour: less than 1/{factor:g} of those of "
            f"{_EARLIER}."
        ),
        panel="Request volume",
        chosen=scope.OWNER,
    )


def nothing_received(config: Config) -> Alert:
    return Alert(
        name="NothingReceived",
        expression=surges.silent(hourly.service_requests(config), config.minimum_hourly_requests),
        lasting="10m",
        severity="critical",
        summary="No call of any service arrives",
        description=(
            f"{COUNT} calls of all services together arrived in the last hour; in the same hour a "
            f"week ago there were {config.minimum_hourly_requests} or more."
        ),
        panel="Request volume",
    )
