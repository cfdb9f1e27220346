"""Stage spans of functions that know nothing of them."""

import asyncio
import importlib
import inspect
import itertools
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from spansight.conventions import attributes
from spansight.telemetry.instrumentors.wiring import wire
from spansight.telemetry.standard import CAPTURE_MODE
from support.recording import Recorded

MODULE = '''
import asyncio

class Hit:
    def __init__(self, score):
        self.score = score

def search(query, top_k=3, *, model="m"):
    """Search."""
    return [Hit(0.25), Hit(0.75)][:top_k]

def pairs(query):
    return [("a", 0.5), ("b", 1.0)]

def nothing():
    return []

def embed(texts):
    return [[0.1, 0.2]]

def fails():
    raise LookupError("theirs")

def hits(query, top_k=3):
    for hit in search(query, top_k):
        yield hit

def passed(items):
    yield from items

async def pages(query):
    yield "a page"
    await asyncio.sleep(0)
    yield "another"

class Ranker:
    async def rank(self, hits, top_n):
        await asyncio.sleep(0)
        return [{"text": "a", "score": 0.5}][:top_n]
'''

numbers = itertools.count()


@pytest.fixture
def name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the name of a module that nobody has imported yet."""
    unique = f"shop{next(numbers)}"
    (tmp_path / f"{unique}.py").write_text(MODULE)
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])
    yield unique
    sys.modules.pop(unique, None)


def load(name: str, **stages: str) -> ModuleType:
    wire(",".join(f"{name}:{function}={stage}" for function, stage in stages.items()))
    return importlib.import_module(name)


def test_a_search_tells_its_parameters_and_scores(recorded: Recorded, name: str) -> None:
    shop = load(name, search="vector_search")
    assert [hit.score for hit in shop.search("q", 5)] == [0.25, 0.75]
    said = recorded.attributes("vector_search")
    assert said[attributes.RETRIEVAL_TOP_K] == 5
    assert said[attributes.REQUEST_MODEL] == "m"
    assert said[attributes.RAG_RESULTS] == 2
    assert said[attributes.RAG_SCORE_MEAN] == pytest.approx(0.5)


def test_a_module_that_is_there_already_is_wired_too(recorded: Recorded, name: str) -> None:
    shop = importlib.import_module(name)
    wire(f"{name}:search=vector_search")
    shop.search("q")
    assert len(recorded.spans) == 1


def test_methods_and_coroutines_are_wired(recorded: Recorded, name: str) -> None:
    shop = load(name, **{"Ranker.rank": "reranking"})
    assert inspect.iscoroutinefunction(shop.Ranker.rank)
    assert asyncio.run(shop.Ranker().rank([], top_n=1)) == [{"text": "a", "score": 0.5}]
    said = recorded.attributes("reranking")
    assert said[attributes.RAG_RERANK_TOP_N] == 1
    assert said[attributes.RAG_SCORE_MAX] == pytest.approx(0.5)


def test_pairs_of_a_document_and_its_score_are_results(recorded: Recorded, name: str) -> None:
    load(name, pairs="rag_retrieval").pairs("q")
    assert recorded.attributes("rag_retrieval")[attributes.RAG_SCORE_MEAN] == pytest.approx(0.75)


def test_documents_of_a_wired_search_are_content(
    recorded: Recorded, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CAPTURE_MODE, "event_only")
    load(name, pairs="vector_search").pairs("query")
    (event,) = recorded.events
    assert event.attributes[attributes.RETRIEVAL_DOCUMENTS] == (
        {"id": "a", "score": 0.5},
        {"id": "b", "score": 1.0},
    )


def test_an_empty_search_is_a_measurement(recorded: Recorded, name: str) -> None:
    assert load(name, nothing="vector_search").nothing() == []
    assert recorded.attributes("vector_search")[attributes.RAG_RESULTS] == 0


def test_an_embedding_is_no_search_result(recorded: Recorded, name: str) -> None:
    load(name, embed="embedding").embed(["a"])
    assert attributes.RAG_RESULTS not in recorded.attributes("embedding")


def test_a_generator_is_a_stage_until_its_end(recorded: Recorded, name: str) -> None:
    shop = load(name, hits="vector_search")
    assert inspect.isgeneratorfunction(shop.hits)
    found = shop.hits("q", top_k=2)
    next(found)
    assert not recorded.spans
    assert [hit.score for hit in found] == [0.75]
    said = recorded.attributes("vector_search")
    assert said[attributes.RETRIEVAL_TOP_K] == 2
    assert said[attributes.RAG_RESULTS] == 2
    assert said[attributes.RAG_SCORE_MEAN] == pytest.approx(0.5)


def test_an_async_generator_is_a_stage_too(recorded: Recorded, name: str) -> None:
    shop = load(name, pages="rag_retrieval")
    assert inspect.isasyncgenfunction(shop.pages)

    async def read() -> list[str]:
        return [page async for page in shop.pages("q")]

    assert asyncio.run(read()) == ["a page", "another"]
    assert recorded.attributes("rag_retrieval")[attributes.RAG_RESULTS] == 2


def test_a_wired_function_can_be_sent_to_another_process(name: str) -> None:
    shop = load(name, search="vector_search")
    assert pickle.loads(pickle.dumps(shop.search)) is shop.search  # noqa: S301 - our own bytes


def test_an_item_that_cannot_be_looked_at_is_handed_on(recorded: Recorded, name: str) -> None:
    class Odd:
        @property
        def score(self) -> float:
            raise RuntimeError("no score")

    shop = load(name, passed="vector_search")
    odd = Odd()
    assert list(shop.passed([odd])) == [odd]
    assert recorded.attributes("vector_search")[attributes.STAGE] == "vector_search"


def test_errors_pass_unchanged(recorded: Recorded, name: str) -> None:
    with pytest.raises(LookupError, match="theirs"):
        load(name, fails="vector_search").fails()
    assert recorded.attributes("vector_search")[attributes.ERROR_TYPE] == "LookupError"


def test_a_function_keeps_its_name_and_signature(name: str) -> None:
    shop = load(name, search="vector_search")
    assert (shop.search.__name__, shop.search.__doc__) == ("search", "Search.")
    assert list(inspect.signature(shop.search).parameters) == ["query", "top_k", "model"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("shop.search", "expected module:function=stage"),
        ("__main__:search=vector_search", "expected a module that the script imports"),
    ],
)
def test_a_wrong_entry_is_one_line(
    entry: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wire(entry)
    assert capsys.readouterr().err == (
        f"spansight: SPANSIGHT_STAGES: {entry!r}: {expected}; not traced\n"
    )


def test_a_function_that_is_not_there_is_one_line(
    recorded: Recorded, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = load(name, serach="vector_search", pairs="rag_retrieval")
    shop.pairs("q")
    assert capsys.readouterr().err == (
        f"spansight: SPANSIGHT_STAGES: '{name}:serach=vector_search': "
        f"expected a function of '{name}'; not traced\n"
    )
    assert len(recorded.spans) == 1
