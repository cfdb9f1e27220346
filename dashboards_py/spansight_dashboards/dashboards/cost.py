"""The cost board, for those who pay: what is spent, by whom, on what, and where less would do.

The first row compares spending with the budget and says how much of it nobody could price.  Below:
spending by the period that the reader chooses and by kind of token, who spends it, where to look
for savings, and the calls to look at one by one.
"""

from spansight.conventions import attributes, labels
from spansight_dashboards import alerts, links
from spansight_dashboards.board import Board, Json, Row
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards import ways
from spansight_dashboards.dashboards.verdict import ESTIMATE
from spansight_dashboards.panels import charts, numbers, parts, tables
from spansight_dashboards.panels.parts import About, Query
from spansight_dashboards.panels.tables import Column, Field
from spansight_dashboards.queries import scope, spending, traces, traffic
from spansight_dashboards.variables import Choice, Text

_PERIOD = Choice("period", "Period", {"Hour": "1h", "Day": "1d", "Week": "1w", "Month": "30d"})
_EXPENSIVE = "expensive"
_BY_MODEL = f"{{{{{labels.MODEL}}}}}"
_NONE_PRICED = "No priced calls"


def board(config: Config) -> Board:
    return Board(
        subject="cost",
        title="LLM cost",
        description=(
            "What calls to language models cost, who spends it and on what, and where less would "
            "do. Calls of unknown price are in no sum: the first row counts them."
        ),
        rows=(
            Row(
                5,
                (
                    (4, _spent(config)),
                    (4, _rate(config)),
                    (4, _budget(config)),
                    (4, _per_thousand(config)),
                    (4, _cache_hits(config)),
                    (4, _unpriced(config)),
                ),
            ),
            Row(8, ((12, _by_period(config)), (12, _by_component(config)))),
            Row(
                7,
                (
                    (5, _by(config, "team", labels.TEAM)),
                    (5, _by(config, "feature", labels.FEATURE)),
                    (9, _by(config, "model", labels.MODEL)),
                    (5, _by(config, "service", labels.SERVICE, labels.ENVIRONMENT)),
                ),
            ),
            Row(9, ((24, _savings(config)),)),
            Row(9, ((24, _calls(config)),)),
            Row(8, ((10, _cache_over_time(config)), (14, _unpriced_models(config)))),
        ),
        links=(links.explore_traces("Traces", traces.calls(config), limit=config.trace_limit),),
        alerts=alerts.names(config),
        variables=(
            _PERIOD,
            Text(_EXPENSIVE, "Expensive from, $", f"{config.expensive_call_usd:g}"),
        ),
    )


def _spent(config: Config) -> Json:
    about = About(
        title="Cost",
        description=(
            f"US dollars in the chosen time range, calls of unknown price left out. {ESTIMATE} "
            "See below who spends it, and on which kind of token."
        ),
        unit=parts.USD,
        links=(ways.to_calls(config),),
    )
    return numbers.stat(about, Query(spending.known_cost(scope.whole(config))))


def _rate(config: Config) -> Json:
    about = About(
        title="Cost a day",
        description=(
            "What a day costs at the rate of the last hour. "
            f"The budget of all services together is ${config.daily_budget_usd:g} a day. "
            "Above it, look at which bars of the panel below grow, and choose that model above."
        ),
        unit=parts.USD,
        empty=_NONE_PRICED,
        links=(ways.to_calls(config),),
    )
    budget = config.daily_budget_usd
    query = Query(spending.cost_per_day(scope.board(config).over("1h")))
    return numbers.stat(about, query, parts.above(budget))


def _budget(config: Config) -> Json:
    about = About(
        title="Budget used",
        description=(
            f"Cost of the last {config.budget_window}, whatever the time range, ÷ "
            f"${config.daily_budget_usd:g}; above 100 % CostBudgetExceeded fires. "
            "Find out who spends it below, then talk about the budget or the prompt."
        ),
        unit=parts.RATIO,
        decimals=1,
        empty=_NONE_PRICED,
        links=(ways.to_calls(config),),
    )
    day = scope.board(config).over(config.budget_window)
    query = Query(spending.budget_used(config.daily_budget_usd, day))
    return numbers.stat(about, query, parts.above(1))


def _per_thousand(config: Config) -> Json:
    about = About(
        title="Cost per 1000",
        description=(
            "Cost ÷ calls × 1000 in the chosen time range: the price of the work, whatever the "
            "traffic. When it rises, prompts grew, answers got longer or a dearer model answers: "
            "compare features and models below."
        ),
        unit=parts.USD,
        empty=_NONE_PRICED,
        links=(ways.to_calls(config),),
    )
    return numbers.stat(about, Query(spending.cost_per_thousand_calls(scope.whole(config))))


def _cache_hits(config: Config) -> Json:
    about = About(
        title="Cache hits",
        description=(
            "Input tokens that the provider had cached ÷ all input tokens. "
            "Low although prompts begin alike: put what never changes first in the prompt, and "
            "what changes, such as the date or the question, last."
        ),
        unit=parts.RATIO,
        decimals=1,
        links=(ways.to_calls(config),),
    )
    return numbers.stat(about, Query(spending.cache_hit_ratio(scope.whole(config))))


def _unpriced(config: Config) -> Json:
    about = About(
        title="Unpriced calls",
        description=(
            "Calls of unknown price: every sum on this board is too low by them. The last panel "
            "names their models and why. Add the price to prices.yaml and run "
            "`spansight prices build`."
        ),
        unit=parts.COUNT,
        decimals=0,
        links=(ways.to_unpriced_calls(config),),
    )
    return numbers.stat(about, Query(spending.unpriced_count(scope.whole(config))), parts.ANY)


def _by_period(config: Config) -> Json:
    about = About(
        title="Cost by hour, day, week or month",
        description=(
            "Each bar is one period, which begins where the bar stands; the last one is not over. "
            "Choose Period above: 21 of them are shown, whatever the time range, or 230 days by "
            "month. A step up at a deploy is a model or prompt change: compare the bars before it. "
            "A slow rise is traffic: see who sends it below."
        ),
        unit=parts.USD,
        empty=_NONE_PRICED,
        links=(ways.to_calls(config),),
    )
    period = f"${_PERIOD.name}"
    each = scope.board(config).beginning(period).per(labels.MODEL)
    query = Query(spending.cost(each), _BY_MODEL, step=period)
    # A time range within one period has no bar.  Grafana cannot multiply, but it can write: with a
    # 2 before them, 1h, 1d, 1w and 30d are 21 hours, 21 days, 21 weeks and 230 days.
    return charts.stack(about, query, lasting=f"2${{{_PERIOD.name}}}")


def _by_component(config: Config) -> Json:
    about = About(
        title="Cost per hour, by kind of token",
        description=(
            "Uncached input, input written to and read from the provider's cache, and output with "
            "its reasoning; `reported` is what a gateway said as one sum. "
            "Mostly input: shorten prompts or cache them. Mostly output: limit its length."
        ),
        unit=parts.USD,
        empty=_NONE_PRICED,
        links=(ways.to_calls(config),),
    )
    each = scope.board(config).per(labels.COMPONENT)
    return charts.stack(about, Query(spending.cost_per_hour(each), f"{{{{{labels.COMPONENT}}}}}"))


def _by(config: Config, what: str, *names: str) -> Json:
    about = About(
        title=f"Cost by {what}",
        description=(
            "US dollars in the chosen time range, the ten largest. "
            f"Choose one {what} above: every panel is then about it alone."
        ),
        unit=parts.USD,
        empty=_NONE_PRICED,
        links=(ways.to_calls(config),),
    )
    legend = " · ".join(f"{{{{{name}}}}}" for name in names)
    return charts.bars(about, Query(spending.top_spenders(10, scope.whole(config, *names)), legend))


def _savings(config: Config) -> Json:
    about = About(
        title="Where less would do",
        description=(
            "Each feature on each model. Short answers on a dear model: try a smaller one, or "
            "route easy questions to it. Much input and few cache hits: cache or compress the "
            "prompt. Much output or reasoning: limit tokens. Large and never urgent: the batch "
            "API. Click a feature to see only it, and check its quality before and after. "
            "Saved is by the cache: its tokens at the uncached price, less their cost; below 0, "
            "more is written to it than read: cache only what is asked again soon."
        ),
        unit=parts.COUNT,
        empty=parts.NOTHING,
    )
    each = scope.whole(config, labels.FEATURE, labels.MODEL)
    columns = (
        Column("Cost", spending.cost(each), parts.USD),
        Column("Last 24 h", spending.cost(each.over("24h")), parts.USD),
        Column("Last 7 d", spending.cost(each.over("7d")), parts.USD),
        Column("Last 30 d", spending.cost(each.over("30d")), parts.USD),
        Column("Requests", traffic.request_count(each), parts.COUNT, 0),
        Column("Per 1000", spending.cost_per_thousand_calls(each), parts.USD),
        Column("Input each", spending.input_per_call(each), parts.AMOUNT, 0),
        Column("Output each", spending.output_per_call(each), parts.AMOUNT, 0),
        Column("Cache hits", spending.cache_hit_ratio(each), parts.RATIO, 0),
        Column("Saved", spending.cache_savings(each), parts.USD),
        Column("Reasoning", spending.reasoning_ratio(each), parts.RATIO, 0),
    )
    only = links.narrowed("Only this feature", "cost", labels.FEATURE)
    return tables.comparison(about, (labels.FEATURE, labels.MODEL), columns, (only,))


def _cache_over_time(config: Config) -> Json:
    about = About(
        title="Cache hit rate by model",
        description=(
            "Input tokens that the provider had cached ÷ all input tokens. A fall at a deploy: the "
            "beginning of the prompt changed. A fall at night: what is asked rarely has left the "
            "cache. See in the table above what it saves, and keep beginnings as they are."
        ),
        unit=parts.RATIO,
        links=(ways.to_calls(config),),
    )
    each = scope.board(config).per(labels.MODEL)
    return charts.lines(about, Query(spending.cache_hit_ratio(each), _BY_MODEL), full=1)


def _calls(config: Config) -> Json:
    about = About(
        title="Most expensive calls",
        description=(
            "Newest calls that cost at least what stands above, dearest first; "
            f"{config.trace_limit} at most, so raise that amount until they fit. "
            "Click a span to open its trace, and from there the prompt that made it so long."
        ),
        unit=parts.TEXT,
        empty="No call cost that much",
        links=(ways.to_calls(config),),
    )
    fields = (
        tables.SPAN,
        Field(attributes.COST_USD, "Cost", parts.USD, decimals=6),
        Field("Trace Service", "Service"),
        Field(attributes.FEATURE, "Feature"),
        Field(attributes.REQUEST_MODEL, "Model"),
        Field(attributes.INPUT_TOKENS, "Input", parts.COUNT),
        Field(attributes.OUTPUT_TOKENS, "Output", parts.COUNT),
        Field("Start time", "Start"),
    )
    return tables.spans(
        about,
        traces.expensive_calls(config, f"${{{_EXPENSIVE}}}"),
        fields,
        limit=config.trace_limit,
        most="Cost",
    )


def _unpriced_models(config: Config) -> Json:
    about = About(
        title="Unpriced calls by model",
        description=(
            "Why nobody could price them: `unknown_model` has no price in the table, "
            "`unknown_usage` came without its tokens. For the first, add the price to prices.yaml; "
            "for the second, ask for usage (`stream_options`, or SPANSIGHT_STREAM_USAGE=true)."
        ),
        unit=parts.COUNT,
        empty="Every call has a price",
        links=(ways.to_unpriced_calls(config),),
    )
    each = scope.whole(config, labels.MODEL, labels.PROVIDER, labels.REASON)
    columns = (
        Column("Calls", spending.unpriced_calls(each), parts.COUNT, 0),
        Column("Tokens", spending.unpriced_tokens(each), parts.AMOUNT, 0),
    )
    only = links.narrowed("Only this model", "cost", labels.MODEL)
    by = (labels.MODEL, labels.PROVIDER, labels.REASON)
    return tables.comparison(about, by, columns, (only,))
