"""Calls cost more than planned."""

from spansight.conventions import labels
from spansight_dashboards import promql
from spansight_dashboards.config import Config
from spansight_dashboards.queries import scope, spending
from spansight_dashboards.rules import Alert, Group

_SPENDERS_NAMED = 3


def group(config: Config) -> Group:
    # A day's sum changes slowly and reads a day of samples: once a minute is enough.
    return Group(subject="cost", rules=(cost_budget_exceeded(config),), interval="1m")


def cost_budget_exceeded(config: Config) -> Alert:
    day = scope.rule(config).over(config.budget_window)
    spenders = spending.top_spenders(_SPENDERS_NAMED, day.per(labels.SERVICE, labels.MODEL))
    return Alert(
        name="CostBudgetExceeded",
        expression=promql.compared(spending.cost(day), ">", config.daily_budget_usd),
        lasting="0m",
        severity="warning",
        summary=f"Daily LLM cost exceeded ${config.daily_budget_usd:g}",
        description=(
            '${{ $value | printf "%.2f" }} were spent on LLM calls in the last '
            f"{config.budget_window}, calls of unknown price not counted; the budget is "
            f"${config.daily_budget_usd:g}. Most of it:"
            f"{{{{ range query `{spenders.inline}` }}}} {{{{ .Labels.service }}}} on "
            '{{ .Labels.model }} ${{ .Value | printf "%.2f" }};{{ end }}'
        ),
    )
