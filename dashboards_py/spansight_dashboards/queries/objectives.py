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
    TOKENS_PER_SECOND,
    Metric,
)
from spansight.errors import ConfigError
from spansight_dashboards import history, promql
from spansight_dashboards.config import Config
from spansight_dashboards.promql import Expression, Labelled, Matcher, Scope
from spansight_dashboards.queries.latency import ANSWERED, MEDIAN, WHOLE_RETRIEVAL

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
    target: float = 0.0
    """Good is an observation of at most this; without it, a call that succeeded."""
    more: bool = False
    """Good is an observation of more than the target instead."""
    where: tuple[Matcher, ...] = ()
    """Which of the metric's events it judges."""

    @property
    def allowed(self) -> float:
        """The share that may be missed."""
        return 1 - self.share

    @property
    def matcher(self) -> Matcher:
        """What selects its recorded series."""
        return promql.equal(OBJECTIVE, self.name)


def all_of(config: Config) -> tuple[Objective, ...]:
    """Return every objective; ConfigError for one whose alert could not fire."""
    found = (
        Objective(name="availability", metric=REQUEST, share=config.availability_objective),
        Objective(
            name="first_token",
            metric=TIME_TO_FIRST_TOKEN,
            share=config.first_token_objective,
            target=config.first_token_target_s,
        ),
        Objective(
            name="answer",
            metric=ANSWER_LATENCY,
            share=config.answer_objective,
            target=config.answer_target_s,
            where=(ANSWERED,),
        ),
        Objective(
            name="retrieval",
            metric=RETRIEVAL_LATENCY,
            share=config.retrieval_objective,
            target=config.retrieval_target_s,
            where=(WHOLE_RETRIEVAL,),
        ),
    )
    for objective in found:
        _require_possible(objective)
    return found


def on_time(config: Config) -> tuple[Objective, ...]:
    """Return those about time, and the target for speed, which is one of the median call."""
    _, first_token, answer, retrieval = all_of(config)
    speed = Objective(
        name="speed",
        metric=TOKENS_PER_SECOND,
        share=1 - MEDIAN,
        target=config.generation_speed_minimum,
        more=True,
    )
    return first_token, speed, answer, retrieval


def _require_possible(objective: Objective) -> None:
    steepest = FAST[0].factor
    if not 1 - 1 / steepest < objective.share < 1:
        raise ConfigError(
            f"{objective.name}_objective={objective.share:g}: expected more than "
            f"{1 - 1 / steepest:.3f}, or its alert could never fire, and less than 1"
        )


def events(objective: Objective, scope: Scope) -> Expression:
    """Return events per second."""
    return promql.rate(objective.metric, scope, *objective.where)


def missed(objective: Objective, scope: Scope) -> Expression:
    """Return missed events per second; 0 where every event was good."""
    if not objective.target:
        failed = promql.equal(labels.STATUS, labels.ERROR)
        every = events(objective, scope)
        return promql.zero_without(promql.rate(objective.metric, scope, failed), every)
    within = promql.rate_within(objective.target, objective.metric, scope, *objective.where)
    return within if objective.more else promql.subtracted(events(objective, scope), within)


def kept(objective: Objective, scope: Scope) -> Expression:
    """Return good ÷ all events; nothing without events."""
    return promql.subtracted(promql.number(1), _missed_of_all(objective, scope))


def burn_rate(objective: Objective, scope: Scope) -> Expression:
    """Return how many times faster than allowed events are missed: 1 spends the budget exactly."""
    return promql.scaled(_missed_of_all(objective, scope), 1 / objective.allowed)


def _missed_of_all(objective: Objective, scope: Scope) -> Expression:
    return promql.ratio(missed(objective, scope), events(objective, scope))


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
