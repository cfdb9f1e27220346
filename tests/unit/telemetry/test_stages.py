"""Stage spans, made by hand."""

import asyncio
import math

import pytest
from opentelemetry import trace

import spansight
from spansight.conventions import attributes
from spansight.telemetry.scopes.traced import current, notice_call
from spansight.telemetry.standard import CAPTURE_MODE
from support.recording import Recorded


def test_a_stage_says_what_it_was_told(recorded: Recorded) -> None:
    with spansight.stage("reranking", model="ranker", top_n=3):
        pass
    assert recorded.attributes("reranking") == {
        "spansight.stage": "reranking",
        "spansight.team": "core",
        "gen_ai.request.model": "ranker",
        "spansight.rag.rerank.top_n": 3,
    }


def test_only_the_search_is_an_operation_of_the_conventions(recorded: Recorded) -> None:
    for name in attributes.STAGE_LABELS:
        with spansight.stage(name):
            pass
    operations = {
        name: recorded.attributes(name).get(attributes.OPERATION_NAME)
        for name in attributes.STAGE_LABELS
    }
    assert operations == {
        "embedding": None,
        "vector_search": "retrieval",
        "reranking": None,
        "rag_retrieval": None,
    }


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (7, (7, None, None, None)),
        ([0.2, 0.4, 0.9], (3, 0.5, 0.9, 0.2)),
        ([], (0, None, None, None)),
        ([0.5, math.nan], (2, 0.5, 0.5, 0.5)),
    ],
)
def test_results_are_counted_and_their_scores_summed_up(
    recorded: Recorded, found: int | list[float], expected: tuple[float | None, ...]
) -> None:
    with spansight.stage("vector_search", top_k=5) as searching:
        searching.results(found)
    said = recorded.attributes("vector_search")
    names = (
        attributes.RAG_RESULTS,
        attributes.RAG_SCORE_MEAN,
        attributes.RAG_SCORE_MAX,
        attributes.RAG_SCORE_MIN,
    )
    assert tuple(said.get(name) for name in names) == pytest.approx(expected)


def test_results_belong_to_their_stage_whatever_span_is_current(recorded: Recorded) -> None:
    with spansight.stage("vector_search") as search, spansight.stage("inner"):
        search.results(3)
    assert recorded.attributes("vector_search")[attributes.RAG_RESULTS] == 3
    assert attributes.RAG_RESULTS not in recorded.attributes("inner")


def test_stages_nest_and_errors_pass_unchanged(recorded: Recorded) -> None:
    error = ValueError("theirs")
    with (
        pytest.raises(ValueError, match="theirs") as raised,
        spansight.stage("rag_retrieval"),
        spansight.stage("embedding"),
    ):
        raise error
    assert raised.value is error
    inner, outer = recorded.spans
    assert inner.parent is not None
    assert outer.context is not None
    assert inner.parent.span_id == outer.context.span_id
    for span in (inner, outer):
        assert (span.attributes or {})[attributes.ERROR_TYPE] == "ValueError"
        assert span.status.status_code.name == "ERROR"


def test_a_stage_that_stands_for_two_blocks_at_once_is_one_line(
    recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = spansight.stage("search")
    with shared:
        pass
    with shared:
        pass
    assert (len(recorded.spans), capsys.readouterr().err) == (2, "")
    with shared, shared:
        notice_call()
    assert capsys.readouterr().err == (
        "spansight: 'search' is entered while it is open; expected one for each block\n"
    )
    outer, inner = recorded.spans[3], recorded.spans[2]
    assert inner.parent is not None
    assert outer.context is not None
    assert inner.parent.span_id == outer.context.span_id
    assert current() is None


def test_a_stage_inside_itself_is_around_nothing_twice(recorded: Recorded) -> None:
    """Every call inside is told to what is around it, which must come to an end."""
    shared = spansight.stage("search")
    with shared, spansight.stage("between"), shared:
        notice_call()
    assert [span.name for span in recorded.spans] == ["search", "between", "search"]
    assert current() is None
    assert not trace.get_current_span().is_recording()


def test_it_decorates_coroutines_with_a_span_a_call(recorded: Recorded) -> None:
    @spansight.stage("post_processing", format="markdown")
    async def finish(text: str) -> str:
        await asyncio.sleep(0)
        return text.upper()

    async def twice() -> list[str]:
        return list(await asyncio.gather(finish("a"), finish("b")))

    assert asyncio.run(twice()) == ["A", "B"]
    assert [span.name for span in recorded.spans] == ["post_processing"] * 2


def test_a_query_is_an_event_and_only_that(recorded: Recorded) -> None:
    with spansight.stage("vector_search", query="환불"):
        pass
    (event,) = recorded.events
    assert event.attributes[attributes.RETRIEVAL_QUERY_TEXT] == "환불"
    assert event.attributes[attributes.STAGE] == "vector_search"


def test_documents_are_an_event_when_content_is_on_and_only_then(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def search() -> None:
        with spansight.stage("vector_search") as stage:
            stage.results([{"id": "a", "score": 0.5, "text": "환불"}])

    search()
    assert not recorded.events
    monkeypatch.setenv(CAPTURE_MODE, "event_only")
    search()
    (event,) = recorded.events
    told = event.attributes[attributes.RETRIEVAL_DOCUMENTS]
    assert told == ({"id": "a", "score": 0.5, "content": "환불"},)


def test_an_unknown_word_is_a_mistake_of_the_author() -> None:
    with pytest.raises(TypeError, match="expected some of model, top_k"):
        spansight.stage("x", topk=3)
