"""The latency board, for those on call: how long people wait, where, and since when.

The first row shows the four targets (first token, speed, whole answer, retrieval) and colours what
misses one.  Below: the share that keeps each target and how fast the budget of misses burns, then
each measure over time, as a distribution, and by model.
"""

from spansight.conventions import labels
from spansight_dashboards import alerts, links
from spansight_dashboards.board import Board, Json, Row
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards import ways
from spansight_dashboards.dashboards.verdict import ESTIMATE
from spansight_dashboards.knobs import percent
from spansight_dashboards.panels import charts, numbers, parts, tables
from spansight_dashboards.panels.parts import About, Query
from spansight_dashboards.panels.tables import Column
from spansight_dashboards.promql import Expression
from spansight_dashboards.queries import latency, objectives, scope, traces, traffic
from spansight_dashboards.queries.objectives import Objective

_BY_MODEL = f"{{{{{labels.MODEL}}}}}"
_BUCKET = f"{{{{{labels.BUCKET}}}}}"
_NO_STREAMS = "No streamed answers"
_NO_ANSWERS = "No whole answers"
_NO_RETRIEVAL = "No retrieval"


def board(config: Config) -> Board:
    return Board(
        subject="latency",
        title="LLM latency",
        description=(
            "How long people wait: for the first token, for the whole answer, for retrieval. The "
            "first row compares each with its target; the panels below say since when and where."
        ),
        rows=(
            Row(
                5,
                (
                    (6, _first_token(config)),
                    (6, _speed(config)),
                    (6, _answer(config)),
                    (6, _retrieval(config)),
                ),
            ),
            Row(8, ((12, _kept(config)), (12, _burn(config)))),
            Row(
                8,
                ((8, _first_token_spread(config)), (8, _call_spread(config)), (8, _speeds(config))),
            ),
            Row(8, ((12, _first_token_by_model(config)), (12, _calls_by_model(config)))),
            Row(8, ((12, _answers_by_pipeline(config)), (12, _speed_by_model(config)))),
            Row(9, ((24, _models(config)),)),
        ),
        links=(
            links.explore_traces("Slow calls", traces.slow_calls(config), limit=config.trace_limit),
        ),
        alerts=alerts.names(config),
    )


def _first_token(config: Config) -> Json:
    target = config.first_token_target_s
    about = About(
        title="First token, P95",
        description=(
            f"Time in which 95 of 100 streamed answers begin; the target is {target:g} s. "
            "Above it, see below whether one model or all are slow, then look at prompt length "
            "and at the provider's status page."
        ),
        unit=parts.SECONDS,
        empty=_NO_STREAMS,
        links=(ways.to_calls(config),),
    )
    query = Query(latency.first_token_quantile(0.95, scope.whole(config)))
    return numbers.stat(about, query, parts.above(target))


def _speed(config: Config) -> Json:
    target = config.generation_speed_minimum
    about = About(
        title="Speed, median call",
        description=(
            f"Output tokens a second of the median call; the target is more than {target:g}, "
            "faster than people read. Below it, compare models in the last table: a smaller one, "
            "or another provider of the same, is faster."
        ),
        unit=parts.TOKENS_PER_SECOND,
        decimals=0,
        links=(ways.to_calls(config),),
    )
    return numbers.stat(
        about, Query(latency.generation_speed(scope.whole(config))), parts.below(target)
    )


def _answer(config: Config) -> Json:
    target = config.answer_target_s
    about = About(
        title="Whole answer, P95",
        description=(
            "From the user's question to the finished answer, retrieval included; answers that "
            f"failed are not in it. The target is {target:g} s. Above it, open a slow answer: its "
            "trace shows which step took the time."
        ),
        unit=parts.SECONDS,
        empty=_NO_ANSWERS,
        links=(ways.to_slow_answers(config),),
    )
    query = Query(latency.answer_quantile(0.95, scope.whole(config)))
    return numbers.stat(about, query, parts.above(target))


def _retrieval(config: Config) -> Json:
    target = config.retrieval_target_s
    about = About(
        title="Retrieval, P95",
        description=(
            f"Embedding, search and reranking together; the target is {target:g} s. "
            "Above it, see on the RAG board which of the three takes the time."
        ),
        unit=parts.SECONDS,
        empty=_NO_RETRIEVAL,
        links=(links.board("RAG", "rag"),),
    )
    whole = scope.whole(config)
    query = Query(latency.retrieval_quantile(0.95, whole, latency.WHOLE_RETRIEVAL))
    return numbers.stat(about, query, parts.above(target))


def _kept(config: Config) -> Json:
    about = About(
        title="Within target",
        description=(
            f"The share that keeps its target: first tokens {config.first_token_target_s:g} s, "
            f"retrieval {config.retrieval_target_s:g} s, answers {config.answer_target_s:g} s, "
            f"speed {config.generation_speed_minimum:g} tokens a second; answers that failed are "
            "no part of it. A line that stays below its goal, which its name tells: see which "
            "steps are slow, or agree on another target."
        ),
        unit=parts.RATIO,
        links=(ways.to_slow_calls(config),),
    )
    queries = (
        Query(
            objectives.kept(each, scope.board(config)), f"{_said(each)}, goal {percent(each.share)}"
        )
        for each in objectives.on_time(config)
    )
    return charts.lines(about, *queries, full=1)


def _burn(config: Config) -> Json:
    about = About(
        title="Burn of the error budget",
        description=(
            "How many times faster than allowed targets are missed: at 1 the budget of thirty days "
            "lasts thirty days, at 14.4 two. A short peak is no harm; a line that stays above 1 "
            "is: open slow calls since it rose."
        ),
        unit=parts.TIMES,
        links=(ways.to_slow_calls(config),),
    )
    queries = (
        Query(objectives.burn_rate(each, scope.board(config)), _said(each))
        for each in objectives.on_time(config)
    )
    return charts.lines(about, *queries, limits=parts.mark(1))


def _said(objective: Objective) -> str:
    return objective.name.replace("_", " ")


def _first_token_spread(config: Config) -> Json:
    query = latency.first_token_distribution(scope.board(config))
    return _spread(config, "First token, distribution", "streamed answers", query, parts.SECONDS)


def _call_spread(config: Config) -> Json:
    query = latency.latency_distribution(scope.board(config))
    return _spread(config, "Call, distribution", "calls", query, parts.SECONDS)


def _speeds(config: Config) -> Json:
    query = latency.speed_distribution(scope.board(config))
    return _spread(config, "Speed, distribution", "calls", query, parts.TOKENS_PER_SECOND)


def _spread(config: Config, title: str, what: str, query: Expression, unit: str) -> Json:
    about = About(
        title=title,
        description=(
            f"How many {what} fell into each band; the lighter, the more. {ESTIMATE} "
            "Two bands are two kinds of calls: choose a model or feature above to tell them apart."
        ),
        unit=unit,
        empty=_NO_STREAMS if "streamed" in what else "No traffic",
        links=(ways.to_slow_calls(config),),
    )
    return charts.heatmap(about, Query(query, _BUCKET, exemplars=unit == parts.SECONDS))


def _first_token_by_model(config: Config) -> Json:
    about = About(
        title="First token, P95 by model",
        description=(
            "All models rise together: your network or your prompts. One alone: its provider "
            "queues, or its cache stopped hitting. The dashed line is the target; send urgent "
            "traffic to a model below it."
        ),
        unit=parts.SECONDS,
        empty=_NO_STREAMS,
        links=(ways.to_calls(config),),
    )
    query = latency.first_token_quantile(0.95, scope.board(config).per(labels.MODEL))
    limits = parts.mark(config.first_token_target_s)
    return charts.lines(about, Query(query, _BY_MODEL), limits=limits)


def _calls_by_model(config: Config) -> Json:
    about = About(
        title="Call, P95 by model",
        description=(
            "The whole call, until the last token, retries of the SDK included. When it rises and "
            "the first token does not, answers got longer: limit them. Click a dot: it opens that "
            "call's trace."
        ),
        unit=parts.SECONDS,
        links=(ways.to_slow_calls(config),),
    )
    query = latency.latency_quantile(0.95, scope.board(config).per(labels.MODEL))
    limits = parts.mark(config.latency_p95_limit_s)
    return charts.lines(about, Query(query, _BY_MODEL, exemplars=True), limits=limits)


def _answers_by_pipeline(config: Config) -> Json:
    about = About(
        title="Whole answer by pipeline",
        description=(
            "From question to finished answer: half are faster than P50, 95 of 100 than P95. The "
            "dashed line is the target. When it rises and calls do not, it is retrieval or your "
            "own code: open a slow answer."
        ),
        unit=parts.SECONDS,
        empty=_NO_ANSWERS,
        links=(ways.to_slow_answers(config), links.board("RAG", "rag")),
    )
    each = scope.board(config).per(labels.PIPELINE)
    queries = (
        Query(latency.answer_quantile(fraction, each), f"{{{{{labels.PIPELINE}}}}} {name}")
        for name, fraction in (("P50", 0.5), ("P95", 0.95))
    )
    return charts.lines(about, *queries, limits=parts.mark(config.answer_target_s))


def _speed_by_model(config: Config) -> Json:
    about = About(
        title="Speed by model",
        description=(
            "Output tokens a second of the median call. The dashed line is the target. It falls "
            "when the provider is loaded, mostly at the same hours: move what can wait to others."
        ),
        unit=parts.TOKENS_PER_SECOND,
        links=(ways.to_calls(config),),
    )
    query = latency.generation_speed(scope.board(config).per(labels.MODEL))
    limits = parts.mark(config.generation_speed_minimum)
    return charts.lines(about, Query(query, _BY_MODEL), limits=limits)


def _models(config: Config) -> Json:
    about = About(
        title="Models by percentile",
        description=(
            "Each provider's models over the chosen time range. P99 far above P95: retries and "
            "timeouts; lower the timeout or the number of retries. Click a model to see only its "
            "calls."
        ),
        unit=parts.SECONDS,
        empty=parts.NOTHING,
    )
    each = scope.whole(config, labels.MODEL, labels.PROVIDER)
    first, limit = config.first_token_target_s, config.latency_p95_limit_s
    in_time, slow = parts.above(first), parts.above(limit)
    columns = (
        Column("Requests", traffic.request_count(each), parts.COUNT, 0),
        *(
            Column(
                f"P{100 * fraction:g} first token",
                latency.first_token_quantile(fraction, each),
                parts.SECONDS,
                2,
                in_time,
            )
            for fraction in (0.5, 0.95)
        ),
        *(
            Column(
                f"P{100 * fraction:g} call",
                latency.latency_quantile(fraction, each),
                parts.SECONDS,
                2,
                slow,
            )
            for fraction in (0.5, 0.95, 0.99)
        ),
        Column(
            "Speed",
            latency.generation_speed(each),
            parts.TOKENS_PER_SECOND,
            0,
            parts.below(config.generation_speed_minimum),
        ),
    )
    only = links.narrowed("Only this model", "latency", labels.MODEL)
    return tables.comparison(about, (labels.MODEL, labels.PROVIDER), columns, (only,))
