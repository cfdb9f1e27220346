"""Answers are not what they should be, or nobody looks any more."""

from spansight.conventions import labels
from spansight_dashboards import promql
from spansight_dashboards.alerts.wording import COUNT, SCORE, SERVICE
from spansight_dashboards.config import Config
from spansight_dashboards.promql import Expression
from spansight_dashboards.queries import evaluations, quality, scope, scores
from spansight_dashboards.recordings import hourly
from spansight_dashboards.recordings.quality import faithfulness
from spansight_dashboards.rules import Alert, Group

_PIPELINE = f"the RAG pipeline {{{{ $labels.pipeline }}}} in {SERVICE}"


def group(config: Config) -> Group:
    return Group(
        subject="quality",
        rules=(
            faithfulness(config),
            quality_degradation(config),
            low_relevance(config),
            toxic_answers(config),
            low_rating(config),
            evaluation_stopped(config),
        ),
    )


def quality_degradation(config: Config) -> Alert:
    window = scope.rule(config).over(config.faithfulness_window)
    low = promql.compared(
        quality.latest(faithfulness(config), window), "<", config.faithfulness_minimum
    )
    enough = promql.compared(
        quality.count(evaluations.FAITHFUL, window), ">=", config.minimum_evaluations
    )
    return Alert(
        name="QualityDegradation",
        expression=promql.all_of(low, enough),
        lasting="15m",
        severity="warning",
        summary=f"RAG faithfulness dropped below {config.faithfulness_minimum:g}",
        description=(
            f"Answers of {_PIPELINE} scored {SCORE} on average over "
            f"{config.faithfulness_window}; at least {config.faithfulness_minimum:g} is expected."
        ),
        panel="Faithfulness",
        chosen=scope.OWNER,
    )


def low_relevance(config: Config) -> Alert:
    window = scope.rule(config).over(config.faithfulness_window)
    return Alert(
        name="LowRelevance",
        expression=_enough(
            promql.compared(
                quality.mean(evaluations.RELEVANT, window), "<", config.relevance_minimum
            ),
            quality.count(evaluations.RELEVANT, window),
            config.minimum_evaluations,
        ),
        lasting="15m",
        severity="warning",
        summary=f"Answers' relevancy dropped below {config.relevance_minimum:g}",
        description=(
            f"Answers of {_PIPELINE} scored {SCORE} for taking up the question, on average over "
            f"{config.faithfulness_window}; at least {config.relevance_minimum:g} is expected."
        ),
        board="quality",
        panel="Relevancy, worst",
        chosen=scope.OWNER,
    )


def toxic_answers(config: Config) -> Alert:
    window = scope.rule(config).over(config.faithfulness_window)
    toxic = scores.above(config.toxicity_limit, labels.TOXICITY, window)
    return Alert(
        name="ToxicAnswers",
        expression=promql.compared(toxic, ">=", config.minimum_toxic_answers),
        lasting="1m",
        severity="critical",
        summary=f"Answers scored above {config.toxicity_limit:g} for toxicity",
        description=(
            f"{COUNT} answers of {_PIPELINE} scored above {config.toxicity_limit:g} for toxicity "
            f"in the last {config.faithfulness_window}."
        ),
        board="quality",
        panel="Toxicity",
        chosen=scope.OWNER,
    )


def low_rating(config: Config) -> Alert:
    window = scope.rule(config).over(config.rating_window).per(*scope.OWNER)
    return Alert(
        name="LowRating",
        expression=_enough(
            promql.compared(scores.mean_rating(window), "<", config.rating_minimum),
            scores.rating_count(window),
            config.minimum_ratings,
        ),
        lasting="30m",
        severity="warning",
        summary=f"Users rate answers below {config.rating_minimum:g}",
        description=(
            f"Users of {SERVICE} gave {SCORE} of 5 on average over {config.rating_window}; at "
            f"least {config.rating_minimum:g} is expected."
        ),
        board="quality",
        panel="User rating",
        chosen=scope.OWNER,
    )


def evaluation_stopped(config: Config) -> Alert:
    return Alert(
        name="EvaluationStopped",
        expression=scores.stopped(
            hourly.evaluations(config),
            hourly.service_requests(config),
            config.minimum_scored_hours,
            config.minimum_hourly_requests,
        ),
        lasting="30m",
        severity="warning",
        summary="Answers are not scored any more",
        description=(
            f"{COUNT} answers of {_PIPELINE} were scored in the last hour, although calls go on "
            "and scores came in at least "
            f"{config.minimum_scored_hours} of the last 24 hours."
        ),
        board="quality",
        panel="Scores",
        chosen=scope.OWNER,
    )


def _enough(condition: Expression, count: Expression, minimum: int) -> Expression:
    return promql.all_of(condition, promql.compared(count, ">=", minimum))
