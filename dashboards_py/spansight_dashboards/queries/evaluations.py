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

MAIN: Final = (
    labels.FAITHFULNESS,
    labels.RELEVANCY,
    "relevance",
    "answer_relevancy",
    "completeness",
    labels.TOXICITY,
)
"""Evaluations of an answer itself: those of rankings and contexts are on the RAG board."""

_SCORE: Final = "gen_ai_evaluation_score_value"
_DEEPEST: Final = 0.1


def named(*evaluations: str) -> Matcher:
    """Return what selects these evaluations; a name may be a pattern."""
    return Matcher(labels.EVALUATION, "=~", "|".join(evaluations))


def mean_score(scope: Scope, *where: Matcher) -> Expression:
    return promql.mean(EVALUATION_SCORE, scope, *where)


def low_score(scope: Scope) -> Expression:
    """Return the score that one answer in ten does not reach."""
    return promql.defined(promql.quantile(_DEEPEST, EVALUATION_SCORE, scope))


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
    line = "{{.gen_ai_evaluation_name}} {{.gen_ai_evaluation_score_value}} {{__line__}}"
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
