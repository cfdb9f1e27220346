"""Scores, ratings and thumbs as boards show them; by version, in LogQL over the events."""

from typing import Final

from spansight.conventions import attributes, events, labels
from spansight.conventions.metrics import EVALUATION_SCORE, USER_RATING, USER_THUMBS
from spansight_dashboards import promql
from spansight_dashboards.config import Config
from spansight_dashboards.promql import Expression, Matcher, Scope
from spansight_dashboards.queries import traces

PROMPT_VERSION: Final = "gen_ai_prompt_version"
PROMPT_NAME: Final = "gen_ai_prompt_name"
DEPLOYED: Final = "service_version"
NAME: Final = "gen_ai_evaluation_name"
"""What Loki calls these attributes."""

FAITHFUL: Final = (labels.FAITHFULNESS,)
RELEVANT: Final = (labels.RELEVANCY, "relevance", "answer_relevancy")
"""Names of the evaluations that ask the same: those of heuristics, of judges and of RAGAS."""

MAIN: Final = (
    *FAITHFUL,
    *RELEVANT,
    "completeness",
    labels.TOXICITY,
)
"""Evaluations of an answer itself: those of rankings and contexts are on the RAG board."""

HALF: Final = 0.5
"""Of what a score can be."""

_SCORE: Final = "gen_ai_evaluation_score_value"


def named(*evaluations: str) -> Matcher:
    """Return what selects these evaluations; a name may be a pattern."""
    pattern = "|".join(evaluations)
    return Matcher(labels.EVALUATION, "=" if pattern.isidentifier() else "=~", pattern)


def mean_score(scope: Scope, *where: Matcher) -> Expression:
    return promql.mean(EVALUATION_SCORE, scope, *where)


def low_ratio(scope: Scope) -> Expression:
    """Return which share of the scores is half or less: exact, as no quantile of tenths is."""
    return promql.share_within(HALF, EVALUATION_SCORE, scope)


def scored(scope: Scope, *where: Matcher) -> Expression:
    """Return how many scores there are."""
    return promql.increase(EVALUATION_SCORE, scope, *where)


def score_distribution(scope: Scope) -> Expression:
    return promql.buckets(EVALUATION_SCORE, scope)


def toxic_ratio(limit: float, scope: Scope) -> Expression:
    """Return the share of scored answers above the limit of toxicity."""
    judged = scope.where(promql.equal(labels.EVALUATION, labels.TOXICITY))
    kept = promql.share_within(limit, EVALUATION_SCORE, judged)
    return promql.subtracted(promql.number(1), kept)


def mean_rating(scope: Scope) -> Expression:
    return promql.mean(USER_RATING, scope)


def ratings(scope: Scope) -> Expression:
    return promql.increase(USER_RATING, scope)


def thumbs(scope: Scope) -> Expression:
    return promql.increase(USER_THUMBS, scope)


def thumbs_up_ratio(scope: Scope) -> Expression:
    """Return thumbs up ÷ all thumbs."""
    every = promql.rate(USER_THUMBS, scope)
    up = promql.rate(USER_THUMBS, scope, promql.equal(labels.THUMB, "up"))
    return promql.ratio(promql.zero_without(up, every), every)


def mean_score_by_version(config: Config, version: str) -> str:
    """Return mean scores by evaluation and the version that answered, in LogQL."""
    judged = f'{traces.scores(config)} | {version}!="" | {NAME}=~"{"|".join(MAIN)}"'
    window = config.faithfulness_window
    return f"avg_over_time({judged} | unwrap {_SCORE} [{window}]) by ({NAME}, {version})"


def low_scores(config: Config, below: float) -> str:
    """Return the scores below a limit, as lines to read."""
    line = f'{{{{.{NAME}}}}} {{{{printf "%.3f" (float64 .{_SCORE})}}}} {{{{__line__}}}}'
    better = "|".join(sorted(labels.LOWER_IS_BETTER))
    return (
        f'{traces.scores(config)} | {NAME}!~"{better}" | {_SCORE} < {below:g}'
        f" | line_format `{line}`"
    )


def comments(config: Config) -> str:
    """Return what users said of answers, as lines to read."""
    line = (
        "{{if .spansight_rating}}rated {{.spansight_rating}} {{end}}"
        "{{if .spansight_thumb}}thumb {{.spansight_thumb}} {{end}}{{__line__}}"
    )
    event = f'{attributes.EVENT_NAME}="{events.FEEDBACK}"'
    return f"{traces.logged(config)} | {event} | line_format `{line}`"
