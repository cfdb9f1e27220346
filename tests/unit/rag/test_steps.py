"""The steps of a RAG application: the tree they make, and what each of them tells."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import pytest

import spansight
from spansight import rag
from spansight.conventions import attributes
from support.recording import Recorded
from support.trees import outline


@dataclass
class Hit:
    doc_id: str
    score: float


HITS = [Hit("a", 0.9), Hit("b", 0.5), Hit("c", 0.1)]

TREE = """\
user_query
  intent_classification
  rag_retrieval
    embedding
    vector_search
    reranking
  context
  llm_generation
  post_processing
"""


def answer_one_question() -> None:
    with spansight.stage("user_query"):
        with rag.intent(model="gpt-4o-mini"):
            pass
        with rag.retrieval(query="q") as retrieval:
            with rag.embedding(model="text-embedding-3-small", dimensions=512):
                pass
            with rag.search(top_k=20) as search:
                search.results(HITS)
            with rag.rerank(model="cohere-rerank-v3", top_n=2) as reranking:
                reranking.results(HITS[:2])
            retrieval.results(HITS[:2])
        with rag.context(tokens=lambda text: len(text.split())) as context:
            context.chunks(["one two three", "four"])
        with rag.generation(model="gpt-4o", temperature=0.1) as generation:
            generation.answer("Four.")
        with rag.post_processing(format="markdown"):
            pass


def test_one_question_is_the_tree_of_the_guide(recorded: Recorded) -> None:
    answer_one_question()
    assert outline(recorded.spans) == TREE


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("intent_classification", {"gen_ai.request.model": "gpt-4o-mini"}),
        (
            "embedding",
            {
                "gen_ai.request.model": "text-embedding-3-small",
                "gen_ai.embeddings.dimension.count": 512,
            },
        ),
        (
            "vector_search",
            {
                "gen_ai.operation.name": "retrieval",
                "gen_ai.retrieval.top_k": 20,
                "spansight.rag.retrieval.results": 3,
                "spansight.rag.retrieval.score.mean": pytest.approx(0.5),
                "spansight.rag.retrieval.score.max": 0.9,
                "spansight.rag.retrieval.score.min": 0.1,
            },
        ),
        (
            "reranking",
            {
                "gen_ai.request.model": "cohere-rerank-v3",
                "spansight.rag.rerank.top_n": 2,
                "spansight.rag.retrieval.results": 2,
                "spansight.rag.retrieval.score.mean": pytest.approx(0.7),
                "spansight.rag.retrieval.score.max": 0.9,
                "spansight.rag.retrieval.score.min": 0.5,
            },
        ),
        (
            "context",
            {
                "spansight.rag.context.chunks": 2,
                "spansight.rag.context.tokens": 4,
                "spansight.rag.context.chunk_tokens": 2.0,
            },
        ),
        (
            "llm_generation",
            {
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.temperature": 0.1,
                "spansight.rag.answer.length": 5,
            },
        ),
        ("post_processing", {"spansight.rag.format": "markdown"}),
    ],
)
def test_each_step_says_what_it_did(recorded: Recorded, name: str, told: dict[str, object]) -> None:
    answer_one_question()
    said = recorded.attributes(name)
    assert said == {"spansight.stage": name, "spansight.team": "core", **told}


def test_a_known_data_source_names_the_search_as_the_conventions_do(recorded: Recorded) -> None:
    with rag.search(data_source="help-centre", provider="qdrant"):
        pass
    (span,) = recorded.spans
    assert (span.name, span.kind.name) == ("retrieval help-centre", "CLIENT")
    assert recorded.attributes(span.name) == {
        "spansight.stage": "vector_search",
        "spansight.team": "core",
        "gen_ai.operation.name": "retrieval",
        "gen_ai.data_source.id": "help-centre",
        "gen_ai.provider.name": "qdrant",
    }


def test_no_results_and_no_chunks_are_measurements(recorded: Recorded) -> None:
    with rag.search() as search, rag.context() as context:
        search.results([])
        context.chunks([], tokens=len)
    names = recorded.attributes("vector_search"), recorded.attributes("context")
    assert names[0][attributes.RAG_RESULTS] == 0
    assert attributes.RAG_SCORE_MEAN not in names[0]
    assert (names[1][attributes.RAG_CONTEXT_CHUNKS], names[1][attributes.RAG_CONTEXT_TOKENS]) == (
        0,
        0,
    )
    assert attributes.RAG_CONTEXT_CHUNK_TOKENS not in names[1]


def test_tokens_that_nobody_counts_are_unknown(recorded: Recorded) -> None:
    with rag.context() as context:
        context.chunks(["one", "two"])
    assert attributes.RAG_CONTEXT_TOKENS not in recorded.attributes("context")


def test_decorated_functions_tell_what_they_return(recorded: Recorded) -> None:
    @rag.search(top_k=2)
    def find(query: str) -> list[Hit]:
        return HITS if query else []

    @rag.rerank(top_n=1)
    async def best(hits: list[Hit]) -> list[Hit]:
        await asyncio.sleep(0)
        return hits[:1]

    @rag.context(tokens=len)
    def pack(hits: list[Hit]) -> list[str]:
        return [hit.doc_id for hit in hits]

    @rag.generation(model="m")
    def generate(chunks: list[str]) -> str:
        return "".join(chunks)

    assert generate(pack(asyncio.run(best(find("q"))))) == "a"
    assert recorded.attributes("vector_search")[attributes.RAG_RESULTS] == 3
    assert recorded.attributes("reranking")[attributes.RAG_SCORE_MAX] == 0.9
    assert recorded.attributes("context")[attributes.RAG_CONTEXT_TOKENS] == 1
    assert recorded.attributes("llm_generation")[attributes.RAG_ANSWER_LENGTH] == 1


def test_a_decorated_generator_is_one_step_from_first_to_last(recorded: Recorded) -> None:
    @rag.generation(model="m")
    def generate() -> Iterator[str]:
        yield "a"
        with rag.post_processing():
            yield "b"

    assert list(generate()) == ["a", "b"]
    assert outline(recorded.spans) == "llm_generation\n  post_processing\n"


def test_errors_pass_unchanged_and_are_told(recorded: Recorded) -> None:
    error = LookupError("theirs")
    with pytest.raises(LookupError) as raised, rag.search():
        raise error
    assert raised.value is error
    (span,) = recorded.spans
    assert span.status.status_code.name == "ERROR"
    assert recorded.attributes("vector_search")[attributes.ERROR_TYPE] == "LookupError"


def test_odd_results_never_reach_the_application(recorded: Recorded) -> None:
    class Odd:
        @property
        def score(self) -> float:
            raise RuntimeError("theirs")

    with rag.search() as search, rag.context() as context, rag.generation() as generation:
        search.results([Odd()])
        context.chunks(cast("Any", None))
        generation.answer(cast("Any", None))
    assert len(recorded.spans) == 3
