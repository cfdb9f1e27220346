"""Scores of a search against the right documents, as events of its span."""

from contextlib import redirect_stderr
from io import StringIO

import pytest

import spansight
from spansight import rag
from spansight.conventions import attributes, events
from support.recording import Recorded


def scores(recorded: Recorded) -> dict[str, float]:
    return {
        event.attributes[attributes.EVALUATION_NAME]: event.attributes[attributes.EVALUATION_SCORE]
        for event in recorded.events
        if event.event_name == events.EVALUATION
    }


def test_each_score_is_an_event_of_the_search(recorded: Recorded) -> None:
    with spansight.context(pipeline="docs"), rag.retrieval() as retrieval:
        with rag.search() as search:
            search.results([("a", 0.9), ("x", 0.5), ("b", 0.1)])
        with rag.rerank():
            returned = search.relevant({"a", "b"}, k=1)
        retrieval.results(2)
    assert (
        scores(recorded)
        == returned
        == {
            "recall_at_1": 0.5,
            "precision_at_1": 1.0,
            "ndcg_at_1": 1.0,
            "hit_rate_at_1": 1.0,
            "reciprocal_rank": 1.0,
            "average_precision": pytest.approx((1 + 2 / 3) / 2),
        }
    )
    (span,) = [span for span in recorded.spans if span.name == "vector_search"]
    assert span.context is not None
    for event in recorded.events:
        assert (event.trace_id, event.span_id) == (span.context.trace_id, span.context.span_id)
        assert event.attributes[attributes.EVALUATOR] == "heuristic"
        assert event.attributes[attributes.PIPELINE] == "docs"


def test_an_empty_search_scores_0(recorded: Recorded) -> None:
    with rag.search() as search:
        search.results([])
        search.relevant(["a"])
    assert set(scores(recorded).values()) == {0.0}
    assert len(scores(recorded)) == 6


def test_without_a_right_document_there_is_no_score(recorded: Recorded) -> None:
    with rag.search() as search:
        search.results(["a"])
        assert search.relevant([]) == {}
    assert not recorded.events


def test_ids_of_one_s_own_are_told_how_to_be_read(recorded: Recorded) -> None:
    with rag.search() as search:
        search.results([{"key": "a"}, {"key": "b"}], id_of=lambda hit: hit["key"])
        search.relevant(["b"], k=1)
    assert scores(recorded)["reciprocal_rank"] == 0.5


@pytest.mark.parametrize(
    ("found", "documents", "k", "line"),
    [
        (["a"], ["a"], 7, "k=7 of 'vector_search': expected one of 1, 3, 5, 10, 20, 50, 100"),
        (3, ["a"], 5, "relevant() of 'vector_search': expected results() before"),
        (["a"], "a", 5, "relevant() of 'vector_search': relevant='a': expected a collection of"),
    ],
)
def test_a_mistake_is_one_line_and_no_score(
    found: int | list[str], documents: list[str] | str, k: int, line: str
) -> None:
    said = StringIO()
    with redirect_stderr(said), rag.search() as search:
        search.results(found)
        assert search.relevant(documents, k=k) == {}
    assert said.getvalue().startswith(f"spansight: {line}")
    assert said.getvalue().endswith("; not recorded\n")
