"""Calls cost more than planned."""

from typing import Final

from spansight.conventions import labels
from spansight_dashboards import promql
from spansight_dashboards.alerts.wording import COUNT, DOLLARS, each
from spansight_dashboards.config import Config
from spansight_dashboards.knobs import percent
from spansight_dashboards.promql import Expression
from spansight_dashboards.queries import budgets as query
from spansight_dashboards.queries import scope
from spansight_dashboards.recordings import budgets, hourly
from spansight_dashboards.rules import Alert, Group, Recording

_SPENDERS_NAMED: Final = 3
_BOARD: Final = "cost"


def group(config: Config) -> Group:
    # A day's sum changes slowly and reads a day of samples: once a minute is enough.
    return Group(
        subject="cost",
        interval="1m",
        rules=(
            cost_budget_exceeded(config),
            monthly_budget_exceeded(config),
            budget_projected(config),
            *_owned(config, labels.TEAM, hourly.team_cost(config), budgets.teams(config)[-1]),
            *_owned(
                config, labels.FEATURE, hourly.feature_cost(config), budgets.features(config)[-1]
            ),
            token_limit_near(config),
        ),
    )


def cost_budget_exceeded(config: Config) -> Alert:
    day = scope.rule(config).over(config.budget_window)
    spenders = promql.top(
        _SPENDERS_NAMED, query.day(hourly.cost(config), labels.SERVICE, labels.MODEL)
    )
    return Alert(
        name="CostBudgetExceeded",
        expression=promql.compared(query.spent(day), ">", config.daily_budget_usd),
        lasting="0m",
        severity="warning",
        summary=f"Daily LLM cost exceeded ${config.daily_budget_usd:g}",
        description=(
            f"{DOLLARS} were spent on LLM calls in the last "
            f"{config.budget_window}, calls of unknown price not counted; the budget is "
            f"${config.daily_budget_usd:g}. Most of it:{each(spenders, _SPENDER)}"
        ),
        board=_BOARD,
        panel="Budget used",
    )


_SPENDER: Final = '{{ .Labels.service }} on {{ .Labels.model }} ${{ .Value | printf "%.2f" }}'


def monthly_budget_exceeded(config: Config) -> Alert:
    budget = config.daily_budget_usd * config.budget_days_a_month
    return Alert(
        name="MonthlyBudgetExceeded",
        expression=promql.compared(query.month(hourly.total_cost(config)), ">", budget),
        lasting="5m",
        severity="warning",
        summary=f"LLM cost of thirty days exceeded ${budget:g}",
        description=(
            f"{DOLLARS} were spent on LLM calls in the last {query.MONTH}, calls of unknown price "
            f"not counted; the budget is ${budget:g}. Most of it:"
            f"{each(_largest_teams(config, query.MONTH), _TEAM)}"
        ),
        board=_BOARD,
        panel="Budget used",
    )


def budget_projected(config: Config) -> Alert:
    budget = config.daily_budget_usd * config.budget_days_a_month
    return Alert(
        name="BudgetProjected",
        expression=promql.compared(query.projected(hourly.total_cost(config)), ">", budget),
        lasting="1h",
        severity="warning",
        summary=f"LLM cost is on its way beyond ${budget:g} in thirty days",
        description=(
            f"Thirty days like the last {query.WEEK} cost {DOLLARS}; the budget is ${budget:g}. "
            f"Most of that week:{each(_largest_teams(config, query.WEEK), _TEAM)}"
        ),
        board=_BOARD,
        panel="Budget used",
    )


_TEAM: Final = '{{ .Labels.team }} ${{ .Value | printf "%.2f" }}'


def _largest_teams(config: Config, window: str) -> Expression:
    return query.largest(_SPENDERS_NAMED, hourly.team_cost(config), window, labels.TEAM)


def _owned(
    config: Config, owner: str, spent: Recording, budget: Recording
) -> tuple[Alert, Alert, Alert]:
    """Return one alert in three forms: the day's budget, that of thirty days, and the pace."""
    days = config.budget_days_a_month
    by_day = query.beyond(query.day(spent, owner), budget, 1, owner)
    by_month = query.beyond(query.month(spent, owner), budget, days, owner)
    by_pace = query.beyond(query.projected(spent, owner), budget, days, owner)
    return (
        _beyond(config, owner, by_day, "day", f"{DOLLARS} in the last {query.DAY}"),
        _beyond(config, owner, by_month, "month", f"{DOLLARS} in the last {query.MONTH}"),
        _beyond(
            config,
            owner,
            by_pace,
            "projected",
            f"{DOLLARS} in thirty days, if they are like the last {query.WEEK}",
        ),
    )


_WINDOWS: Final = {"day": query.DAY, "month": query.MONTH, "projected": query.WEEK}
_LASTING: Final = {"day": "5m", "month": "5m", "projected": "1h"}


def _beyond(config: Config, owner: str, expression: Expression, period: str, said: str) -> Alert:
    noun = owner.capitalize()
    largest = query.largest_of(
        _SPENDERS_NAMED,
        hourly.cost(config),
        _WINDOWS[period],
        owner,
        (labels.SERVICE, labels.MODEL),
    )
    return Alert(
        name=f"{noun}BudgetExceeded",
        expression=expression,
        lasting=_LASTING[period],
        severity="warning",
        marked={"period": period},
        summary=f"{noun} {{{{ $labels.{owner} }}}} is beyond its LLM budget ({period})",
        description=(
            f"{noun} {{{{ $labels.{owner} }}}}: {said}, which is more than its budget. "
            f"Most of it:{each(largest, _SPENDER)}"
        ),
        board=_BOARD,
        panel=f"Cost by {owner}",
        chosen=(owner,),
    )


def token_limit_near(config: Config) -> Alert:
    limit, warned = config.daily_token_limit, config.token_limit_warning
    day = scope.rule(config).over(config.budget_window)
    users = promql.top(
        _SPENDERS_NAMED, query.day(hourly.tokens(config), labels.SERVICE, labels.MODEL)
    )
    said = '{{ .Labels.service }} on {{ .Labels.model }} {{ .Value | printf "%.0f" }}'
    return Alert(
        name="TokenLimitNear",
        expression=promql.compared(query.tokens(day), ">", warned * limit),
        lasting="0m",
        severity="warning",
        summary=f"More than {percent(warned)} of a day's {limit:,} tokens are used",
        description=(
            f"{COUNT} tokens were used in the last {config.budget_window}; the limit is {limit}. "
            f"Most of them:{each(users, said)}"
        ),
        panel="Tokens per minute",
    )
