"""The demo's RAG application: how grounded an answer is, and its plain parts."""

import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest

from spansight.stack import files


@pytest.fixture
def rag(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.setattr(sys, "path", [str(files.root() / "examples" / "rag"), *sys.path])
    yield import_module("rag_app")
    for name in ("traffic", "rag_app"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ("A ride costs 1,000 won", 1.0),
        ("a RIDE costs", 1.0),
        ("", None),
        ("…!?", None),
        ("zzz", 0.0),
        ("ride zz", 3 / 4),
    ],
)
def test_groundedness_is_the_share_of_known_letter_pairs(
    rag: ModuleType, answer: str, score: float | None
) -> None:
    passages = [rag.Passage("1", "A ride costs 1,000 won."), rag.Passage("2", "환불은 가능합니다.")]
    assert import_module("traffic").groundedness(answer, passages) == score


def test_groundedness_knows_korean(rag: ModuleType) -> None:
    """Of the pairs 환불, 불은, 안됩, 됩니 and 니다, the passage has the first two and the last."""
    passages = [rag.Passage("1", "환불은 가능합니다.")]
    traffic = import_module("traffic")
    assert traffic.groundedness("환불은 안됩니다", passages) == pytest.approx(3 / 5)


def test_search_and_rerank_put_the_best_first(rag: ModuleType) -> None:
    near, far = rag.Passage("near", "a single ride"), rag.Passage("far", "lost items")
    found = rag.vector_search([1.0, 0.0], [(far, [0.0, 1.0]), (near, [1.0, 0.0])], top_k=2)
    assert [(passage.id, passage.score) for passage in found] == [("near", 1.0), ("far", 0.0)]
    kept = rag.rerank("a single ride", found, model="word-overlap-v1", top_n=1)
    assert [(passage.id, passage.score) for passage in kept] == [("near", 1.0)]


def test_an_unknown_reranker_is_named(rag: ModuleType) -> None:
    with pytest.raises(ValueError, match="'other': expected 'word-overlap-v1'"):
        rag.rerank("a", [], model="other", top_n=1)
