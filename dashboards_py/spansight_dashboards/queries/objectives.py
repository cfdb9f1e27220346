"""Good and missed events of each objective, and how fast its budget of missed ones is spent.

The windows and factors are those of the SRE workbook, chapter 5: a budget for thirty days, of
which an hour at 14.4 times the allowed rate spends 2 %, six hours at 6 times 5 %, and a day at 3
times, or three days at once the rate, 10 %.  The short window ends the alert soon after the cause.
"""

from dataclasses import dataclass
from typing import Final

from spansight.conventions import labels
from spansight.conventions.metrics import (
    ANSWER_LATENCY,
    REQUEST,
    RETRIEVAL_LATENCY,
    TIME_TO_FIRST_TOKEN,
    Metric,
)
from spansight.errors import ConfigError
from spansight_dashboards import history, promql
from spansight_dashboards.config import Config
from spansight_dashboards.promql import Expression, Labelled, Matcher, Scope
from spansight_dashboards.queries.latency import WHOLE_RETRIEVAL

OBJECTIVE: Final = "objective"
"""Label of a recorded series: which objective its events belong to."""


@dataclass(frozen=True, slots=True)
class Burn:
    """One pair of windows, and how many times the allowed rate is too much in both."""

    long: str
    short: str
    factor: float


FAST: Final = (Burn("1h", "5m", 14.4), Burn("6h", "30m", 6))
SLOW: Final = (Burn("1d", "2h", 3), Burn("3d", "6h", 1))

RECORDED: Final = "5m"
"""Window of the recorded rates, which every longer one is made of."""
INTERVAL: Final = "1m"
"""How often they are recorded: each rate stands for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What share of which events has to be good."""

    name: str
    metric: Metric
    share: float
    target_s: float = 0.0
    """Good is an observation of at most this; without it, a call that succeeded."""
    where: tuple[Matcher, ...] = ()

    @property
    def allowed(self) -> float:
        """The share that may be missed."""
        return 1 - self.share

    @property
    def matcher(self) -> Matcher:
        """What selects its recorded series."""
        return promql.equal(OBJECTIVE, self.name)


def all_of(config: Config) -> tuple[Objective, ...]:
    """Return every objective; ConfigError for one that could not be judged, or never missed."""
    succeeded = promql.equal(labels.STATUS, labels.SUCCESS)
    found = (
        Objective(name="availability", metric=REQUEST, share=config.availability_objective),
        Objective(
            name="first_token",
            metric=TIME_TO_FIRST_TOKEN,
            share=config.first_token_objective,
            target_s=config.first_token_target_s,
        ),
        Objective(
            name="answer",
            metric=ANSWER_LATENCY,
            share=config.answer_objective,
            target_s=config.answer_target_s,
            where=(succeeded,),
        ),
        Objective(
            name="retrieval",
            metric=RETRIEVAL_LATENCY,
            share=config.retrieval_objective,
            target_s=config.retrieval_target_s,
            where=(WHOLE_RETRIEVAL,),
        ),
    )
    for objective in found:
        _require_possible(objective)
    return found


def _require_possible(objective: Objective) -> None:
    steepest = FAST[0].factor
    if not 1 - 1 / steepest < objective.share < 1:
        raise ConfigError(
            f"{objective.name}_objective={objective.share:g}: expected more than "
            f"{1 - 1 / steepest:.3f}, or its alert could never fire, and less than 1"
        )
    if objective.target_s and objective.target_s not in objective.metric.buckets:
        bounds = ", ".join(f"{bound:g}" for bound in objective.metric.buckets)
        raise ConfigError(
            f"{objective.name}_target_s={objective.target_s:g}: expected a bound of "
            f"{objective.metric.prometheus}: {bounds}"
        )


def events(objective: Objective, scope: Scope) -> Expression:
    """Return events per second."""
    return promql.rate(objective.metric, scope, *objective.where)


def missed(objective: Objective, scope: Scope) -> Expression:
    """Return missed events per second; 0 where every event was good."""
    if not objective.target_s:
        failed = promql.equal(labels.STATUS, labels.ERROR)
        every = events(objective, scope)
        return promql.zero_without(promql.rate(objective.metric, scope, failed), every)
    good = promql.rate_within(objective.target_s, objective.metric, scope, *objective.where)
    return promql.subtracted(events(objective, scope), good)


def missed_share(
    objective: Objective, window: str, events: Labelled, missed: Labelled
) -> Expression:
    """Return missed ÷ all events of a window; nothing without events."""
    if window == RECORDED:
        part = history.now(missed, objective.matcher)
        return promql.ratio(part, history.now(events, objective.matcher))
    scope = Scope(window=window)
    part = history.over(missed, scope, objective.matcher)
    return promql.ratio(part, history.over(events, scope, objective.matcher))


def burning(
    objective: Objective, burn: Burn, enough: int, events: Labelled, missed: Labelled
) -> Expression:
    """Return the missed share of the long window where both windows miss too much.

    Fewer events than `enough` in the long window decide nothing.
    """
    limit = burn.factor * objective.allowed
    long, short = (
        promql.compared(missed_share(objective, window, events, missed), ">", limit)
        for window in (burn.long, burn.short)
    )
    rates = history.over(events, Scope(window=burn.long), objective.matcher)
    count = promql.scaled(rates, history.seconds(INTERVAL))
    return promql.all_of(long, short, promql.compared(count, ">=", enough))
