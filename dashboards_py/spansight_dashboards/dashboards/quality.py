"""The quality board, for who answers for the answers: how good they are, and since when not.

The first row has one number a question: faithful, relevant, liked, toxic, and whether anybody looks
at all.  Below: scores by evaluation and by who judged, users' own word, the same by prompt version
and by deployed version, and the worst answers to read.
"""

from spansight.conventions import labels
from spansight_dashboards import alerts, links, promql
from spansight_dashboards.board import Board, Json, Row
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards import ways
from spansight_dashboards.dashboards.verdict import ESTIMATE
from spansight_dashboards.knobs import percent
from spansight_dashboards.panels import charts, events, numbers, parts, tables
from spansight_dashboards.panels.parts import About, LogQuery, Query
from spansight_dashboards.panels.tables import Column
from spansight_dashboards.queries import evaluations, quality, scope, traces
from spansight_dashboards.recordings import quality as recorded

_NONE_SCORED = "No answers scored"
_NONE_RATED = "No ratings"


def board(config: Config) -> Board:
    return Board(
        subject="quality",
        title="LLM quality",
        description=(
            "How good answers are: by evaluators of every kind, and by users themselves. The first "
            "row is the verdict; the panels below say which prompt, deploy or evaluator it is "
            "about. Model and provider do not narrow scores."
        ),
        rows=(
            Row(
                5,
                (
                    (5, _faithful(config)),
                    (5, _relevant(config)),
                    (4, _rating(config)),
                    (3, _liked(config)),
                    (4, _toxic(config)),
                    (3, _scored(config)),
                ),
            ),
            Row(8, ((12, _scores(config)), (12, _by_evaluator(config)))),
            Row(8, ((8, _spread(config)), (8, _ratings(config)), (8, _toxicity(config)))),
            Row(
                8,
                (
                    (12, _by_version(config, "prompt version", evaluations.PROMPT_VERSION)),
                    (12, _by_version(config, "deploy", evaluations.DEPLOYED)),
                ),
            ),
            Row(9, ((12, _table(config)), (12, _worst(config)))),
            Row(7, ((24, _comments(config)),)),
        ),
        links=(links.explore_logs("Scores", traces.scores(config)),),
        alerts=alerts.names(config),
    )


def _faithful(config: Config) -> Json:
    minimum = config.faithfulness_minimum
    about = _about(
        title="Faithfulness, worst",
        description=(
            "How much of what answers say is supported by what was retrieved: the worst pipeline, "
            f"rolling over {config.faithfulness_window}; below {minimum:g} QualityDegradation "
            "fires. Read the low scores below: their reasons list what nothing supports."
        ),
        config=config,
    )
    query = Query(quality.worst(recorded.faithfulness(config), scope.board(config)))
    return numbers.stat(about, query, parts.below(minimum))


def _relevant(config: Config) -> Json:
    minimum = config.relevance_minimum
    about = _about(
        title="Relevancy, worst",
        description=(
            "How much of the question answers take up, 0 to 1, whoever judged: the worst pipeline; "
            f"below {minimum:g} LowRelevance fires. Low with high faithfulness: retrieval brings "
            "the wrong passages, see the RAG board."
        ),
        config=config,
    )
    least = promql.lowest(quality.mean(evaluations.RELEVANT, scope.whole(config)))
    return numbers.stat(about, Query(least), parts.below(minimum))


def _rating(config: Config) -> Json:
    minimum = config.rating_minimum
    about = _about(
        title="User rating",
        description=(
            "Mean of users' ratings from 1 to 5 in the chosen time range; below "
            f"{minimum:g} LowRating fires. Read what they said at the end of this board."
        ),
        config=config,
        empty=_NONE_RATED,
    )
    query = Query(evaluations.mean_rating(scope.whole(config)))
    return numbers.stat(about, query, parts.below(minimum))


def _liked(config: Config) -> Json:
    about = _about(
        title="Liked",
        description=(
            "Thumbs up ÷ all thumbs. Few people give one, and angry ones more often: compare it "
            "with last week's, not with 100 %. When it falls, read what they said."
        ),
        config=config,
        unit=parts.RATIO,
        decimals=0,
        empty="No thumbs",
    )
    return numbers.stat(about, Query(evaluations.thumbs_up_ratio(scope.whole(config))))


def _toxic(config: Config) -> Json:
    limit, worst = config.toxicity_limit, config.toxic_ratio_limit
    about = _about(
        title="Toxic answers",
        description=(
            f"Answers that scored above {limit:g} for toxicity ÷ all that were judged for it; from "
            f"{percent(worst)} on they are too many. "
            "Read them before you act: classifiers mistake quoted abuse and the names of groups "
            "for it."
        ),
        config=config,
        unit=parts.RATIO,
        decimals=1,
    )
    query = Query(evaluations.toxic_ratio(limit, scope.whole(config)))
    return numbers.stat(about, query, parts.above(worst, warn=0.1 * worst))


def _scored(config: Config) -> Json:
    about = _about(
        title="Scores",
        description=(
            f"Scores of all evaluations in the chosen time range. {ESTIMATE} "
            "None although there are calls: see whether the worker or the evaluators run."
        ),
        config=config,
        unit=parts.COUNT,
        decimals=0,
    )
    return numbers.stat(about, Query(evaluations.scored(scope.whole(config))))


def _scores(config: Config) -> Json:
    about = _about(
        title="Score by evaluation",
        description=(
            "Mean score of each evaluation of answers. Of toxicity less is better, of the others "
            "more. A step at a deploy is its doing: compare versions below. A slow "
            "fall is drift, of questions or of what is retrieved: read the low scores."
        ),
        config=config,
    )
    each = scope.board(config).per(labels.EVALUATION)
    query = evaluations.mean_score(each, evaluations.named(*evaluations.MAIN))
    return charts.lines(about, Query(query, f"{{{{{labels.EVALUATION}}}}}"), full=1)


def _by_evaluator(config: Config) -> Json:
    about = _about(
        title="Score by evaluator",
        description=(
            "The same by who judged: heuristic, classifier, nli, judge, ragas or human. When two "
            "part, one of them is wrong: let people judge a sample of what they disagree on."
        ),
        config=config,
    )
    by = (labels.EVALUATION, labels.EVALUATOR)
    each = scope.board(config).per(*by)
    query = evaluations.mean_score(each, evaluations.named(*evaluations.MAIN))
    legend = f"{{{{{labels.EVALUATION}}}}} · {{{{{labels.EVALUATOR}}}}}"
    return charts.lines(about, Query(query, legend), full=1)


def _spread(config: Config) -> Json:
    about = _about(
        title="Scores, distribution",
        description=(
            f"How many scores fell into each tenth; the lighter, the more. {ESTIMATE} "
            "A band at 0 beside one at 1 is a kind of question that fails: find it among the low "
            "scores."
        ),
        config=config,
    )
    query = evaluations.score_distribution(scope.board(config))
    return charts.heatmap(about, Query(query, f"{{{{{labels.BUCKET}}}}}"))


def _ratings(config: Config) -> Json:
    about = _about(
        title="Users' ratings",
        description=(
            "Mean rating from 1 to 5 by feature. The dashed line is where LowRating fires. "
            "When one feature falls, compare its scores: if those hold, evaluators miss what users "
            "see; read what they said."
        ),
        config=config,
        empty=_NONE_RATED,
    )
    query = evaluations.mean_rating(scope.board(config).per(labels.FEATURE))
    legend = f"{{{{{labels.FEATURE}}}}}"
    limits = parts.mark(config.rating_minimum)
    return charts.lines(about, Query(query, legend), limits=limits, full=5)


def _toxicity(config: Config) -> Json:
    about = _about(
        title="Toxicity",
        description=(
            "Mean score for toxicity by feature, 0 to 1; the dashed line is where one answer "
            "counts as toxic. A rise in one feature is mostly one user or one prompt: read its "
            "answers, and tighten its system prompt."
        ),
        config=config,
    )
    each = scope.board(config).per(labels.FEATURE)
    query = evaluations.mean_score(each, promql.equal(labels.EVALUATION, labels.TOXICITY))
    limits = parts.mark(config.toxicity_limit)
    return charts.lines(about, Query(query, f"{{{{{labels.FEATURE}}}}}"), limits=limits, full=1)


def _by_version(config: Config, what: str, version: str) -> Json:
    about = _about(
        title=f"Score by {what}",
        description=(
            f"Rolling mean over {config.faithfulness_window} of the scores of answers by {what}, "
            "from the events themselves. "
            "Compare the newest with the one before: if it is worse, roll back, and look at its "
            "low scores."
        ),
        config=config,
        empty=f"No {what} on scored answers",
    )
    legend = f"{{{{{evaluations.NAME}}}}} · {{{{{version}}}}}"
    query = LogQuery(evaluations.mean_score_by_version(config, version), legend)
    return charts.lines(about, query, full=1)


def _table(config: Config) -> Json:
    about = _about(
        title="Evaluations compared",
        description=(
            "Each evaluation and who judged, over the chosen time range: how often, the mean, and "
            f"the share that is {evaluations.HALF:g} or less. A good mean with many low ones hides "
            "a kind of question that fails. Few scores: wait before you decide."
        ),
        config=config,
        unit=parts.COUNT,
        empty=parts.NOTHING,
    )
    each = scope.whole(config, labels.EVALUATION, labels.EVALUATOR, labels.PIPELINE)
    columns = (
        Column("Scores", evaluations.scored(each), parts.COUNT, 0),
        Column("Mean", evaluations.mean_score(each), parts.SCORE, 2),
        Column(f"{evaluations.HALF:g} or less", evaluations.low_ratio(each), parts.RATIO, 1),
    )
    by = (labels.EVALUATION, labels.EVALUATOR, labels.PIPELINE)
    return tables.comparison(about, by, columns, ())


def _worst(config: Config) -> Json:
    below = config.faithfulness_minimum
    about = _about(
        title="Low scores",
        description=(
            f"The newest scores below {below:g}, each with its reason. Open a line and follow its "
            "trace: it has the question, what was retrieved, and the answer."
        ),
        config=config,
        unit=parts.TEXT,
        empty=f"No score below {below:g}",
    )
    return events.lines(about, evaluations.low_scores(config, below), limit=config.trace_limit)


def _comments(config: Config) -> Json:
    about = _about(
        title="What users said",
        description=(
            "Ratings, thumbs and comments, newest first; comments are masked like prompts. Open a "
            "line and follow its trace to the answer that it is about."
        ),
        config=config,
        unit=parts.TEXT,
        empty="No feedback",
    )
    return events.lines(about, evaluations.comments(config), limit=config.trace_limit)


def _about(
    *,
    title: str,
    description: str,
    config: Config,
    unit: str = parts.SCORE,
    decimals: int | None = None,
    empty: str = _NONE_SCORED,
) -> About:
    return About(
        title=title,
        description=description,
        unit=unit,
        decimals=decimals,
        empty=empty,
        links=(ways.to_scores(config),),
    )
