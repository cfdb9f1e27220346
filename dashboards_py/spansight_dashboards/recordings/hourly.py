"""What calls did in the last hour, once a minute: what days, weeks and months are added up from.

A panel over thirty days then reads 720 samples of a few hundred series, not 170,000 of thousands.
"""

from typing import Final

from spansight.conventions import labels
from spansight.conventions.metrics import (
    CACHED_TOKENS,
    CONTROL_COST,
    COST,
    EVALUATION_SCORE,
    REQUEST,
    TOKENS,
    Metric,
)
from spansight_dashboards import history, promql
from spansight_dashboards.config import Config
from spansight_dashboards.promql import Matcher, Scope
from spansight_dashboards.queries import scope
from spansight_dashboards.recordings.levels import (
    ALL,
    CALL,
    FEATURE,
    PIPELINE,
    SERVICE,
    TEAM,
    Level,
)
from spansight_dashboards.rules import Group, Recording

_OPERATION: Final = "increase1h"


def group(config: Config) -> Group:
    """Return the rules, those first that others read."""
    return Group(
        subject="hourly",
        source="recordings",
        interval="1m",
        rules=(
            requests(config),
            cost(config),
            tokens(config),
            cached_tokens(config),
            total_cost(config),
            service_requests(config),
            service_errors(config),
            team_cost(config),
            feature_cost(config),
            evaluations(config),
        ),
    )


def requests(config: Config) -> Recording:
    return _counted(config, REQUEST, "llm_request", "calls to a model")


def cost(config: Config) -> Recording:
    return _counted(config, COST, "llm_cost_usd", "US dollars of priced calls")


def tokens(config: Config) -> Recording:
    return _counted(config, TOKENS, "llm_tokens", "tokens", more=(labels.DIRECTION,))


def cached_tokens(config: Config) -> Recording:
    return _counted(
        config,
        CACHED_TOKENS,
        "llm_cached_tokens",
        "input tokens read from or written to a cache",
        more=(labels.KIND,),
    )


def total_cost(config: Config) -> Recording:
    """Return the exact sum, which no limit on labels touches."""
    return Recording(
        name=ALL.named("llm_cost_usd", _OPERATION),
        labels=ALL.labels,
        expression=promql.increase(CONTROL_COST, _last_hour(config)),
        meaning="US dollars of all priced calls, whatever their labels",
    )


def service_requests(config: Config) -> Recording:
    return _summed(SERVICE, requests(config), "llm_request")


def service_errors(config: Config) -> Recording:
    """Return errors by type: the level below keeps none."""
    failed = promql.equal(labels.STATUS, labels.ERROR)
    by = (*SERVICE.labels, labels.ERROR_TYPE)
    return Recording(
        name=SERVICE.named("llm_request_errors", _OPERATION),
        labels=by,
        expression=promql.increase(REQUEST, _last_hour(config).per(*by), failed),
        meaning="calls that failed, by type of error",
    )


def team_cost(config: Config) -> Recording:
    return _summed(TEAM, cost(config), "llm_cost_usd")


def feature_cost(config: Config) -> Recording:
    return _summed(FEATURE, cost(config), "llm_cost_usd")


def evaluations(config: Config) -> Recording:
    return Recording(
        name=PIPELINE.named("llm_evaluation_score", _OPERATION),
        labels=PIPELINE.labels,
        expression=promql.increase(EVALUATION_SCORE, _last_hour(config).per(*PIPELINE.labels)),
        meaning="scores, whatever was judged",
    )


def _last_hour(config: Config) -> Scope:
    return scope.rule(config).over(history.HOUR)


def _counted(
    config: Config,
    metric: Metric,
    what: str,
    meaning: str,
    *where: Matcher,
    more: tuple[str, ...] = (),
) -> Recording:
    by = (*CALL.labels, *more)
    return Recording(
        name=CALL.named(what, _OPERATION),
        labels=by,
        expression=promql.increase(metric, _last_hour(config).per(*by), *where),
        meaning=meaning,
    )


def _summed(level: Level, recording: Recording, what: str) -> Recording:
    return Recording(
        name=level.named(what, _OPERATION),
        labels=level.labels,
        expression=history.summed(history.now(recording), *level.labels),
        meaning=recording.meaning,
    )
