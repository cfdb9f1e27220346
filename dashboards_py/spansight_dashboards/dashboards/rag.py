"""The RAG board: what retrieval found, how long it took, and what the answers made of it.

The first row has retrieval's target, how often it found nothing, how it does against ground truth,
and how much of the answers it supports.  Below: each stage's time, results and scores, measures of
context and of answers, pipelines compared, and what the model was given, question by question.
"""

from collections.abc import Sequence

from spansight.conventions import attributes, labels
from spansight_dashboards import alerts, links, promql
from spansight_dashboards.board import Board, Json, Row
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards import ways
from spansight_dashboards.dashboards.verdict import ESTIMATE
from spansight_dashboards.knobs import percent
from spansight_dashboards.links import Link
from spansight_dashboards.panels import charts, numbers, parts, tables
from spansight_dashboards.panels.parts import About, Query
from spansight_dashboards.panels.tables import Column, Field
from spansight_dashboards.queries import evaluations, latency, quality, retrieval, scope, traces
from spansight_dashboards.recordings import quality as recorded

_RANKING = ("recall_at_.*", "precision_at_.*", "ndcg_at_.*", "reciprocal_rank")
_CONTEXT = ("context_.*", "coverage", "noise_ratio", "redundancy")
_ANSWER = (labels.FAITHFULNESS, "completeness", "citation_accuracy", labels.RELEVANCY)
_BY_EVALUATION = f"{{{{{labels.EVALUATION}}}}}"
_BY_STAGE = f"{{{{{labels.STAGE}}}}}"
_NO_TRUTH = "No ground truth"


def board(config: Config) -> Board:
    return Board(
        subject="rag",
        title="LLM RAG",
        description=(
            "Retrieval-augmented generation: what was found, how long that took, and whether the "
            "answers keep to it. Model and provider do not narrow it; service, team and feature do."
        ),
        rows=(
            Row(
                5,
                (
                    (4, _searches(config)),
                    (4, _slowest(config)),
                    (4, _empty(config)),
                    (4, _recall(config)),
                    (4, _faithful(config)),
                    (4, _hallucinated(config)),
                ),
            ),
            Row(8, ((12, _stages(config)), (12, _spread(config)))),
            Row(8, ((8, _results(config)), (8, _relevance(config)), (8, _ranking(config)))),
            Row(8, ((12, _context(config)), (12, _answers(config)))),
            Row(6, ((24, _pipelines(config)),)),
            Row(9, ((24, _given(config)),)),
        ),
        links=(
            links.explore_traces("Searches", traces.searches(config), limit=config.trace_limit),
        ),
        alerts=alerts.names(config),
    )


def _searches(config: Config) -> Json:
    about = _about(
        "Searches",
        f"Searches in the chosen time range. {ESTIMATE} "
        "None although there are questions: name your search function in SPANSIGHT_STAGES.",
        parts.COUNT,
        config,
        decimals=0,
    )
    return numbers.stat(about, Query(retrieval.searches(scope.whole(config))))


def _slowest(config: Config) -> Json:
    target = config.retrieval_target_s
    about = _about(
        "Retrieval P95",
        f"Time of embedding, search and reranking together; the target is {target:g} s. "
        "Above it, see below which stage takes it.",
        parts.SECONDS,
        config,
    )
    whole = scope.whole(config)
    query = Query(latency.retrieval_quantile(0.95, whole, latency.WHOLE_RETRIEVAL))
    return numbers.stat(about, query, parts.above(target))


def _empty(config: Config) -> Json:
    limit = config.empty_search_limit
    about = _about(
        "Found nothing",
        f"Searches without a single result ÷ all searches; from {percent(limit)} on they are too "
        "many. An answer after one is made up, or a refusal. Lower the score threshold, or index "
        "what people ask for.",
        parts.RATIO,
        config,
        decimals=1,
    )
    query = Query(retrieval.empty_ratio(scope.whole(config)))
    return numbers.stat(about, query, parts.above(limit, warn=0.2 * limit))


def _recall(config: Config) -> Json:
    about = _about(
        "Recall",
        "Right documents found ÷ right documents, of questions whose right documents are known. "
        f"Below {config.recall_minimum:g}, the index or the embedding misses too many; no prompt "
        "can repair that.",
        parts.SCORE,
        config,
        empty=_NO_TRUTH,
        onward=(ways.to_scores(config),),
    )
    found = evaluations.mean_score(scope.whole(config), evaluations.named("recall_at_.*"))
    return numbers.stat(about, Query(found), parts.below(config.recall_minimum))


def _faithful(config: Config) -> Json:
    minimum = config.faithfulness_minimum
    about = _about(
        "Faithfulness",
        "How much of what answers say is supported by what was retrieved: the worst pipeline, "
        f"rolling over {config.faithfulness_window}; below {minimum:g} QualityDegradation fires. "
        "Read the low scores on the quality board.",
        parts.SCORE,
        config,
        empty="No answers scored",
        onward=(links.board("Quality", "quality"),),
    )
    query = Query(quality.worst(recorded.faithfulness(config), scope.board(config)))
    return numbers.stat(about, query, parts.below(minimum))


def _hallucinated(config: Config) -> Json:
    # Of a rounded mean, what is above the limit begins half a step beyond it.
    limit = round(1 - config.faithfulness_minimum + quality.KNOWN_TO / 2, 9)
    about = _about(
        "Hallucinations",
        "The share of what answers claim that nothing retrieved supports, in the worst pipeline: 1 "
        "- its mean faithfulness. Compare it by prompt version on the quality board.",
        parts.RATIO,
        config,
        decimals=1,
        empty="No answers scored",
        onward=(links.board("Quality", "quality"),),
    )
    least = promql.lowest(quality.mean(evaluations.FAITHFUL, scope.whole(config)))
    query = Query(promql.subtracted(promql.number(1), least))
    return numbers.stat(about, query, parts.above(limit, warn=0.5 * limit))


def _stages(config: Config) -> Json:
    about = _about(
        "Time of each stage, P95",
        "Embedding, search, reranking, and all of retrieval; the dashed line is the target of the "
        "whole. Embedding slow: batch or cache it. Search slow: look at the index. Reranking slow: "
        "give it fewer results.",
        parts.SECONDS,
        config,
    )
    each = scope.board(config).per(labels.STAGE)
    query = Query(latency.retrieval_quantile(0.95, each), _BY_STAGE)
    return charts.lines(about, query, limits=parts.mark(config.retrieval_target_s))


def _spread(config: Config) -> Json:
    about = _about(
        "Retrieval time, distribution",
        f"How many retrievals took how long; the lighter, the more. {ESTIMATE} "
        "Two bands are a cache that hits and misses, or two indexes: choose a feature above.",
        parts.SECONDS,
        config,
    )
    query = latency.retrieval_distribution(scope.board(config))
    return charts.heatmap(about, Query(query, f"{{{{{labels.BUCKET}}}}}"))


def _results(config: Config) -> Json:
    about = _about(
        "Results of a stage",
        "Mean number of results. It falls: filters or a threshold got stricter, or documents left "
        "the index. Compare it with the scores beside it.",
        parts.AMOUNT,
        config,
    )
    query = retrieval.results(scope.board(config).per(labels.STAGE))
    return charts.lines(about, Query(query, _BY_STAGE))


def _relevance(config: Config) -> Json:
    about = _about(
        "Relevance score of results",
        "Mean score that search or reranker gave; each has a scale of its own, so compare a line "
        "with itself. It falls after a deploy: embedding model and index do not match any more. "
        "Slowly: people ask about new things; index them.",
        parts.SCORE,
        config,
    )
    query = retrieval.score(scope.board(config).per(labels.STAGE))
    return charts.lines(about, Query(query, _BY_STAGE))


def _ranking(config: Config) -> Json:
    return _measured(
        "Ranking against ground truth",
        "Recall, precision, nDCG and reciprocal rank (its mean is the MRR) of questions whose "
        "right documents are known. Recall high, precision low: rerank, or take fewer results.",
        _RANKING,
        config,
        empty=_NO_TRUTH,
    )


def _context(config: Config) -> Json:
    return _measured(
        "Context",
        "What the model was given: relevance, coverage, precision and recall should be high, noise "
        "and redundancy low. Much noise: fewer or smaller chunks. Redundant: remove duplicates.",
        _CONTEXT,
        config,
    )


def _answers(config: Config) -> Json:
    return _measured(
        "Answers",
        "What the model made of it: faithfulness, completeness, citation accuracy, relevancy. "
        "Context good and answers bad: it is the prompt or the model. Both bad: mend retrieval "
        "first.",
        _ANSWER,
        config,
    )


def _pipelines(config: Config) -> Json:
    about = About(
        title="Pipelines compared",
        description=(
            "Each RAG pipeline over the chosen time range. A slow one with many results: ask for "
            "fewer. One with few results and low scores: its index lacks what people ask for."
        ),
        unit=parts.COUNT,
        empty=parts.NOTHING,
        links=(ways.to_scores(config),),
    )
    each = scope.whole(config, labels.PIPELINE)
    target = config.retrieval_target_s
    columns = (
        Column("Searches", retrieval.searches(each), parts.COUNT, 0),
        Column(
            "P50",
            latency.retrieval_quantile(0.5, each, latency.WHOLE_RETRIEVAL),
            parts.SECONDS,
            2,
        ),
        Column(
            "P95",
            latency.retrieval_quantile(0.95, each, latency.WHOLE_RETRIEVAL),
            parts.SECONDS,
            2,
            parts.above(target),
        ),
        Column("Results", retrieval.results(each.where(retrieval.SEARCH)), parts.COUNT, 1),
        Column("Found nothing", retrieval.empty_ratio(each), parts.RATIO, 1),
        Column("Score", retrieval.score(each.where(retrieval.SEARCH)), parts.SCORE, 2),
        Column(
            "Faithfulness",
            evaluations.mean_score(each, evaluations.named(labels.FAITHFULNESS)),
            parts.SCORE,
            2,
            parts.below(config.faithfulness_minimum),
        ),
        Column("Answer P95", latency.answer_quantile(0.95, each), parts.SECONDS, 2),
    )
    return tables.comparison(about, (labels.PIPELINE,), columns, ())


def _given(config: Config) -> Json:
    about = _about(
        "What the model was given",
        "Contexts and answers, newest first: chunks, their tokens, the mean of a chunk, characters "
        "of the answer. Tokens are paid on every question: click the largest to see whether all "
        "chunks were needed.",
        parts.TEXT,
        config,
        empty="No context told; see docs/rag.md",
    )
    fields = (
        tables.SPAN,
        Field("Start time", "Start"),
        Field("Trace Service", "Service"),
        Field(attributes.STAGE, "Stage"),
        Field(attributes.PIPELINE, "Pipeline"),
        Field(attributes.RAG_CONTEXT_CHUNKS, "Chunks", parts.COUNT),
        Field(attributes.RAG_CONTEXT_TOKENS, "Tokens", parts.COUNT),
        Field(attributes.RAG_CONTEXT_CHUNK_TOKENS, "Tokens a chunk", parts.COUNT, decimals=0),
        Field(attributes.RAG_ANSWER_LENGTH, "Answer length", parts.COUNT),
    )
    return tables.spans(about, traces.contexts(config), fields, limit=config.trace_limit)


def _measured(
    title: str, text: str, names: Sequence[str], config: Config, *, empty: str = "No scores"
) -> Json:
    about = _about(title, text, parts.SCORE, config, empty=empty, onward=(ways.to_scores(config),))
    each = scope.board(config).per(labels.EVALUATION)
    query = evaluations.mean_score(each, evaluations.named(*names))
    return charts.lines(about, Query(query, _BY_EVALUATION), full=1)


def _about(
    title: str,
    text: str,
    unit: str,
    config: Config,
    *,
    decimals: int | None = None,
    empty: str = "No retrieval",
    onward: Sequence[Link] = (),
) -> About:
    return About(
        title=title,
        description=text,
        unit=unit,
        decimals=decimals,
        empty=empty,
        links=onward or (ways.to_searches(config),),
    )
