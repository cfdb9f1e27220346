"""The overview's first row: one number each, over the whole time range, its colour the verdict."""

from spansight_dashboards import links
from spansight_dashboards.board import Json
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards import ways
from spansight_dashboards.knobs import percent
from spansight_dashboards.panels import numbers, parts
from spansight_dashboards.panels.parts import About, Query
from spansight_dashboards.queries import latency, quality, scope, spending, traffic
from spansight_dashboards.recordings import quality as recorded

ESTIMATE = (
    "Counted with increase(), an estimate over scrapes: it may be a fraction and a little off."
)


def requests(config: Config) -> Json:
    about = About(
        title="Requests",
        description=(
            f"Calls to a model in the chosen time range. {ESTIMATE} "
            "When it reads No traffic although there should be some, run `spansight doctor`: "
            "it names the hop where calls get lost."
        ),
        unit=parts.COUNT,
        decimals=0,
        links=(ways.to_calls(config),),
    )
    return numbers.stat(about, Query(traffic.request_count(scope.whole(config))))


def latency_p95(config: Config) -> Json:
    limit = config.latency_p95_limit_s
    about = About(
        title="P95 latency",
        description=(
            "95 of 100 calls in the chosen time range were faster than this, retries of the SDK "
            f"included; above {limit:g} s HighLatency fires. "
            "Open Slow calls, and compare models in the table below."
        ),
        unit=parts.SECONDS,
        links=(links.board("Latency", "latency"), ways.to_slow_calls(config)),
    )
    query = Query(latency.latency_quantile(0.95, scope.whole(config)))
    return numbers.stat(about, query, parts.above(limit))


def error_ratio(config: Config) -> Json:
    limit = config.error_ratio_limit
    about = About(
        title="Error ratio",
        description=(
            "Failed calls ÷ all calls in the chosen time range; above "
            f"{percent(limit)} HighErrorRate fires. "
            "Open Failed calls: their error.type says whether the provider, the network or the "
            "request is at fault."
        ),
        unit=parts.RATIO,
        decimals=1,
        links=(ways.to_failed_calls(config),),
    )
    query = Query(traffic.error_ratio(scope.whole(config)))
    # Four times the limit fills the dial: with 100 % the limit would be a sliver at its foot.
    return numbers.gauge(about, query, parts.above(limit, warn=0.5 * limit), full=4 * limit)


def cost(config: Config) -> Json:
    budget = config.daily_budget_usd
    about = About(
        title=f"Cost, last {config.budget_window}",
        description=(
            f"US dollars in the last {config.budget_window}, whatever the time range; the budget "
            f"of all services together is ${budget:g} a day, and above it CostBudgetExceeded "
            f"fires. {ESTIMATE} "
            "Look below at which model spends it, then choose that model above."
        ),
        unit=parts.USD,
        links=(links.board("Cost", "cost"), ways.to_calls(config)),
    )
    query = Query(spending.known_cost(scope.board(config).over(config.budget_window)))
    return numbers.stat(about, query, parts.above(budget))


def faithfulness(config: Config) -> Json:
    minimum = config.faithfulness_minimum
    about = About(
        title="Faithfulness",
        description=(
            "How much of what answers say is supported by what was retrieved, 0 to 1: the rolling "
            f"mean of the worst pipeline over {config.faithfulness_window}; below {minimum:g} "
            "QualityDegradation fires. Team, feature and model do not narrow it. "
            "See below since when, then read low-scored answers and their traces."
        ),
        unit=parts.SCORE,
        empty="No answers scored",
        links=(links.board("Quality", "quality"), ways.to_scores(config)),
    )
    query = Query(quality.worst(recorded.faithfulness(config), scope.board(config)))
    return numbers.gauge(about, query, parts.below(minimum), full=1)


def unpriced(config: Config) -> Json:
    about = About(
        title="Unpriced calls",
        description=(
            "Calls of unknown price: their model has no price, or their usage was not "
            f"reported. Their cost is in no sum on this board. {ESTIMATE} "
            "Open them, then add the model's price to prices.yaml and run `spansight prices build`."
        ),
        unit=parts.COUNT,
        decimals=0,
        links=(links.board("Cost", "cost"), ways.to_unpriced_calls(config)),
    )
    query = Query(spending.unpriced_count(scope.whole(config)))
    return numbers.stat(about, query, parts.ANY)
