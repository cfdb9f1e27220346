"""The overview's panels below the verdict: since when, of which model, and which call."""

from spansight.conventions import attributes, labels
from spansight_dashboards.board import Json
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards import ways
from spansight_dashboards.dashboards.verdict import ESTIMATE
from spansight_dashboards.panels import charts, parts, tables
from spansight_dashboards.panels.parts import About, Query
from spansight_dashboards.panels.tables import Column, Field
from spansight_dashboards.queries import latency, quality, scope, spending, traces, traffic
from spansight_dashboards.recordings import quality as recorded

_BY_MODEL = f"{{{{{labels.MODEL}}}}}"


def request_volume(config: Config) -> Json:
    about = About(
        title="Request volume",
        description=(
            "Calls a minute, succeeded and failed. "
            "A surge: look at which service and feature sends them, for a loop or a missing cache. "
            "A drop: see whether errors rose first, then whether the application is up."
        ),
        unit=parts.REQUESTS_PER_MINUTE,
        links=(ways.to_calls(config), ways.to_failed_calls(config)),
    )
    by_status = scope.board(config).per(labels.STATUS)
    query = Query(traffic.requests_per_minute(by_status), f"{{{{{labels.STATUS}}}}}")
    colors = {labels.SUCCESS: parts.GREEN, labels.ERROR: parts.RED}
    return charts.stack(about, query, colors=colors)


def response_time(config: Config) -> Json:
    limit = config.latency_p95_limit_s
    about = About(
        title="Response time",
        description=(
            "How long calls take: half are faster than P50, 95 of 100 faster than P95, 99 of 100 "
            f"faster than P99. The dashed line, {limit:g} s, is where HighLatency fires. "
            "Click a dot: it is one call, and opens its trace. When P50 rises with P95, every call "
            "got slower; when P95 rises alone, some did: open Slow calls."
        ),
        unit=parts.SECONDS,
        links=(ways.to_slow_calls(config),),
    )
    board = scope.board(config)
    return charts.lines(
        about,
        Query(latency.latency_quantile(0.5, board), "P50"),
        Query(latency.latency_quantile(0.95, board), "P95", exemplars=True),
        Query(latency.latency_quantile(0.99, board), "P99"),
        limits=parts.mark(limit),
    )


def distribution(config: Config) -> Json:
    about = About(
        title="Response time, distribution",
        description=(
            f"Calls by how long they took; the scale says how many a colour stands for. {ESTIMATE} "
            "Two bands are two kinds of calls, which no percentile shows: choose one model or "
            "feature above to tell them apart. Click a dot to open that call's trace."
        ),
        unit=parts.SECONDS,
        links=(ways.to_slow_calls(config),),
    )
    query = Query(
        latency.latency_distribution(scope.board(config)),
        f"{{{{{labels.BUCKET}}}}}",
        exemplars=True,
    )
    return charts.heatmap(about, query)


def first_token(config: Config) -> Json:
    about = About(
        title="Time to first token",
        description=(
            "How long readers of a streamed answer look at nothing; calls without streaming are "
            "not in it. When it rises while tokens per second hold, the provider queues or the "
            "prompt grew: look at input tokens, then at prompt caching."
        ),
        unit=parts.SECONDS,
        empty="No streamed answers",
        links=(ways.to_calls(config),),
    )
    board = scope.board(config)
    return charts.lines(
        about,
        Query(latency.first_token_quantile(0.5, board), "P50"),
        Query(latency.first_token_quantile(0.95, board), "P95"),
    )


def tokens(config: Config) -> Json:
    about = About(
        title="Tokens per minute",
        description=(
            "Cached tokens are part of input, reasoning is part of output. "
            "Input rising faster than requests means prompts or retrieved context grow: "
            "look at the calls with most input."
        ),
        unit=parts.AMOUNT,
        links=(ways.to_calls(config),),
    )
    by_direction = scope.board(config).per(labels.DIRECTION)
    query = Query(spending.tokens_per_minute(by_direction), f"{{{{{labels.DIRECTION}}}}}")
    return charts.stack(about, query)


def cost_shares(config: Config) -> Json:
    about = About(
        title="Cost by model",
        description=(
            f"US dollars in the chosen time range. {ESTIMATE} "
            "Ask of the largest share whether a smaller model, a shorter prompt or a cache "
            "would do."
        ),
        unit=parts.USD,
        empty="No priced calls",
        links=(ways.to_calls(config),),
    )
    by_model = scope.whole(config, labels.MODEL)
    return charts.pie(about, Query(spending.cost(by_model), _BY_MODEL))


def cost_over_time(config: Config) -> Json:
    about = About(
        title="Cost per hour",
        description=(
            "US dollars an hour at the rate of the moment, by model. "
            "A step up at a deploy is a model or prompt change; a slow rise is traffic. "
            "Choose team and feature above to see who spends it."
        ),
        unit=parts.USD,
        empty="No priced calls",
        links=(ways.to_calls(config),),
    )
    by_model = scope.board(config).per(labels.MODEL)
    return charts.stack(about, Query(spending.cost_per_hour(by_model), _BY_MODEL))


def faithfulness(config: Config) -> Json:
    about = About(
        title="Faithfulness, trend",
        description=(
            f"Rolling mean over {config.faithfulness_window} by pipeline and team; the dashed "
            f"line, {config.faithfulness_minimum:g}, is where QualityDegradation fires; "
            "team, feature and model do not narrow it. "
            "A step is a change of model, prompt or index: look at what was deployed then. "
            "A slow fall is retrieval: read low-scored answers beside what was retrieved for them."
        ),
        unit=parts.SCORE,
        empty="No answers scored",
        links=(ways.to_scores(config),),
    )
    query = Query(
        quality.latest(recorded.faithfulness(config), scope.board(config)),
        f"{{{{{labels.PIPELINE}}}}} · {{{{{labels.TEAM}}}}}",
    )
    return charts.lines(about, query, limits=parts.mark(config.faithfulness_minimum), full=1)


def models(config: Config) -> Json:
    about = About(
        title="Models compared",
        description=(
            "Each model over the chosen time range; a dash means that nothing was measured, such "
            "as the cost of a model without a price. First token is its P95, Per 1000 the cost of "
            f"so many calls. {ESTIMATE} "
            "Before moving traffic to a cheaper or faster model, compare its error ratio and "
            "faithfulness too. Click a model to see only its calls."
        ),
        unit=parts.COUNT,
        empty=parts.NOTHING,
    )
    each = scope.whole(config, labels.MODEL)
    limit, errors = config.latency_p95_limit_s, config.error_ratio_limit
    columns = (
        Column("Requests", traffic.request_count(each), parts.COUNT, 0),
        Column(
            "Error ratio",
            traffic.error_ratio(each),
            parts.RATIO,
            1,
            parts.above(errors, warn=0.5 * errors),
        ),
        Column("P50 latency", latency.latency_quantile(0.5, each), parts.SECONDS, 2),
        Column(
            "P95 latency",
            latency.latency_quantile(0.95, each),
            parts.SECONDS,
            2,
            parts.above(limit),
        ),
        Column("First token", latency.first_token_quantile(0.95, each), parts.SECONDS, 2),
        Column("Tokens/s", latency.generation_speed(each), parts.COUNT, 0),
        Column("Input tokens", spending.input_tokens(each), parts.AMOUNT),
        Column("Output tokens", spending.output_tokens(each), parts.AMOUNT),
        Column("Cost", spending.cost(each), parts.USD),
        Column("Per 1000", spending.cost_per_thousand_calls(each), parts.USD),
    )
    return tables.comparison(about, (labels.MODEL,), columns, (ways.to_one_model(),))


def calls(config: Config) -> Json:
    about = About(
        title="Latest calls",
        description=(
            "The newest calls to a model; click one to open its trace, and from there its prompt "
            "and answer in the logs. Sort by duration or cost for the outliers among them; "
            "the links list slow and failed calls of the whole time range."
        ),
        unit=parts.TEXT,
        empty=parts.NOTHING,
        links=(ways.to_slow_calls(config), ways.to_failed_calls(config), ways.to_logs(config)),
    )
    fields = (
        tables.SPAN,
        Field("Start time", "Start"),
        Field("Trace Service", "Service"),
        Field(attributes.REQUEST_MODEL, "Model"),
        Field("Duration", "Duration"),
        Field(attributes.COST_USD, "Cost", parts.USD, decimals=6),
        Field(attributes.INPUT_TOKENS, "Input", parts.COUNT),
        Field(attributes.OUTPUT_TOKENS, "Output", parts.COUNT),
        Field("status", "Status"),
        Field(attributes.ERROR_TYPE, "Error"),
    )
    return tables.spans(
        about,
        traces.calls(config),
        fields,
        limit=config.trace_limit,
    )
