"""The experiments board: the arms of A/B tests side by side, with how much each was tried.

The first row says how many tests run and whether their smallest arm has enough calls to say
anything.  Below: every arm in one table, its scores in another, then each measure over time.
"""

from spansight.conventions import attributes, labels
from spansight.conventions.metrics import EXPERIMENT_LATENCY
from spansight_dashboards import alerts, links
from spansight_dashboards.board import Board, Json, Row
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards.verdict import ESTIMATE
from spansight_dashboards.links import Link
from spansight_dashboards.panels import charts, numbers, parts, tables
from spansight_dashboards.panels.parts import About, Query
from spansight_dashboards.panels.tables import Column, Field
from spansight_dashboards.promql import Expression, Matcher, Scope
from spansight_dashboards.queries import evaluations, experiments, scope, traces
from spansight_dashboards.variables import Values

_CHOSEN = Matcher(labels.EXPERIMENT, "=~", f"${labels.EXPERIMENT}")
_BY_ARM = f"{{{{{labels.EXPERIMENT}}}}} · {{{{{labels.VARIANT}}}}}"
_NONE = "No experiment runs"


def board(config: Config) -> Board:
    return Board(
        subject="experiments",
        title="LLM experiments",
        description=(
            "The arms of A/B tests side by side: calls, errors, time, cost and scores, each with "
            "its number. Look at the smallest arm first: before it has enough calls, every "
            "difference is chance."
        ),
        rows=(
            Row(
                5,
                (
                    (6, _running(config)),
                    (6, _smallest(config)),
                    (6, _calls(config)),
                    (6, _scores(config)),
                ),
            ),
            Row(5, ((24, _arms(config)),)),
            Row(8, ((24, _scores_of_arms(config)),)),
            Row(8, tuple((8, panel) for panel in _over_time(config))),
            Row(8, ((12, _errors(config)), (12, _score(config)))),
            Row(9, ((24, _latest(config)),)),
        ),
        links=(_way(config),),
        alerts=alerts.names(config),
        variables=(Values(labels.EXPERIMENT, "Experiment", EXPERIMENT_LATENCY),),
    )


def _running(config: Config) -> Json:
    about = _about(
        "Experiments",
        "Experiments that had a call in the chosen time range. One too many: end it in the code, "
        "or its arms go on costing.",
        parts.COUNT,
        config,
        decimals=0,
    )
    return numbers.stat(about, Query(experiments.running(_whole(config))))


def _smallest(config: Config) -> Json:
    enough = config.minimum_arm_calls
    about = _about(
        "Smallest arm",
        f"Calls of the arm that had fewest. {ESTIMATE} "
        f"Below {enough}, a difference between arms is mostly chance: wait, or widen the time "
        "range.",
        parts.COUNT,
        config,
        decimals=0,
    )
    return numbers.stat(
        about,
        Query(experiments.smallest_arm(_whole(config))),
        parts.Limits(((None, parts.ORANGE), (enough, parts.GREEN))),
    )


def _calls(config: Config) -> Json:
    about = _about(
        "Calls in experiments",
        f"Calls of all arms together. {ESTIMATE} "
        "Far below what the weights promise: calls lose their context on the way; see "
        "docs/context.md.",
        parts.COUNT,
        config,
        decimals=0,
    )
    return numbers.stat(about, Query(experiments.calls(_whole(config))))


def _scores(config: Config) -> Json:
    about = _about(
        "Scores in experiments",
        f"Scores of answers that took part in an experiment. {ESTIMATE} "
        "None: record them inside the block that names the variant.",
        parts.COUNT,
        config,
        decimals=0,
        empty="No answers scored",
    )
    return numbers.stat(about, Query(experiments.scores(_whole(config))))


def _arms(config: Config) -> Json:
    about = _about(
        "Arms side by side",
        "Each arm over the chosen time range. Read the number of calls first, then errors, time "
        "and cost, and the scores below it. Unequal calls under equal weights: the assignment is "
        "broken: mend it before you read any other figure.",
        parts.COUNT,
        config,
        empty=parts.NOTHING,
    )
    each = _whole(config, *experiments.ARM)
    columns = (
        Column("Calls", experiments.calls(each), parts.COUNT, 0),
        Column("Errors", experiments.error_ratio(each), parts.RATIO, 1),
        Column("P50", experiments.latency_quantile(0.5, each), parts.SECONDS, 2),
        Column("P95", experiments.latency_quantile(0.95, each), parts.SECONDS, 2),
        Column("Cost", experiments.cost(each), parts.USD),
        Column("Cost per 1000", experiments.cost_per_thousand_calls(each), parts.USD),
    )
    return tables.comparison(about, experiments.ARM, columns, ())


def _scores_of_arms(config: Config) -> Json:
    about = _about(
        "Scores side by side",
        "Mean score of each arm with the number of scores, and the share that is "
        f"{evaluations.HALF:g} or less. A higher mean of twenty scores is no proof: let it run on.",
        parts.SCORE,
        config,
        empty=parts.NOTHING,
    )
    each = _whole(config, labels.VARIANT, labels.EXPERIMENT, labels.EVALUATION)
    columns = (
        Column("Scores", experiments.scores(each), parts.COUNT, 0),
        Column("Mean", experiments.score(each), parts.SCORE, 2),
        Column(f"{evaluations.HALF:g} or less", experiments.low_ratio(each), parts.RATIO, 1),
    )
    by = (labels.EXPERIMENT, labels.VARIANT, labels.EVALUATION)
    return tables.comparison(about, by, columns, ())


def _over_time(config: Config) -> tuple[Json, ...]:
    each = _each(config)
    return (
        _lines(
            "Calls by arm",
            "Calls a minute. Arms of equal weight run together; when they part, look at who "
            "assigns them.",
            parts.AMOUNT,
            experiments.calls_per_minute(each),
            config,
        ),
        _lines(
            "Call by arm, P95",
            "Time in which 95 of 100 calls of each arm end. Both rise: it is not the experiment. "
            "One rises: it pays for its quality with time; ask whether that is worth it.",
            parts.SECONDS,
            experiments.latency_quantile(0.95, each),
            config,
        ),
        _lines(
            "Cost per 1000 by arm",
            "Cost of priced calls ÷ calls × 1000. Multiply the difference by a month's calls "
            "before you choose the dearer arm.",
            parts.USD,
            experiments.cost_per_thousand_calls(each),
            config,
        ),
    )


def _errors(config: Config) -> Json:
    return _lines(
        "Errors by arm",
        "Failed ÷ all calls of each arm. When one arm fails and the other does not, end it: the "
        "other figures are of the calls that survived.",
        parts.RATIO,
        experiments.error_ratio(_each(config)),
        config,
    )


def _score(config: Config) -> Json:
    return _lines(
        "Score by arm",
        "Mean of all scores of each arm, 0 to 1. Lines that cross again and again are equal; see "
        "the number of scores above before you believe a gap.",
        parts.SCORE,
        experiments.score(_each(config)),
        config,
    )


def _latest(config: Config) -> Json:
    about = _about(
        "Calls of the arms",
        "The newest calls that took part, with their arm. Click one to open its trace; read some "
        "of each arm before you trust a score.",
        parts.TEXT,
        config,
    )
    fields = (
        tables.SPAN,
        Field("Start time", "Start"),
        Field("Trace Service", "Service"),
        Field(attributes.EXPERIMENT, "Experiment", width=160),
        Field(attributes.VARIANT, "Variant"),
        Field(attributes.REQUEST_MODEL, "Model"),
        Field("Duration", "Duration"),
        Field(attributes.COST_USD, "Cost", parts.USD, decimals=6),
        Field("status", "Status"),
    )
    return tables.spans(about, traces.experiments(config), fields, limit=config.trace_limit)


def _lines(title: str, text: str, unit: str, expression: Expression, config: Config) -> Json:
    return charts.lines(_about(title, text, unit, config), Query(expression, _BY_ARM))


def _about(
    title: str,
    text: str,
    unit: str,
    config: Config,
    *,
    decimals: int | None = None,
    empty: str = _NONE,
) -> About:
    return About(
        title=title,
        description=text,
        unit=unit,
        decimals=decimals,
        empty=empty,
        links=(_way(config),),
    )


def _way(config: Config) -> Link:
    query = traces.experiments(config)
    return links.explore_traces("Calls of experiments", query, limit=config.trace_limit)


def _each(config: Config) -> Scope:
    return scope.board(config).where(_CHOSEN).per(*experiments.ARM)


def _whole(config: Config, *by: str) -> Scope:
    return scope.whole(config, *by).where(_CHOSEN)
