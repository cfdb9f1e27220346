"""What is read from the results of a search, whatever library they come from."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import pytest

from spansight.telemetry.replies import results


@dataclass
class Hit:
    doc_id: str
    score: float


@dataclass
class Document:
    id: str


@dataclass
class Page:
    page_content: str


class Row(NamedTuple):
    text: str
    id: int
    score: float


@pytest.mark.parametrize(
    ("item", "identity", "score"),
    [
        (Hit("a", 0.5), "a", 0.5),
        ({"id": "a", "score": 1}, "a", 1.0),
        ({"document_id": 7}, 7, None),
        ((Document("a"), 0.5), "a", 0.5),
        (("a", Fraction(1, 2)), "a", 0.5),
        (Row("text", 0, 0.25), 0, 0.25),
        ("a", "a", None),
        ({"id": ["no", "id"]}, None, None),
        (object(), None, None),
        ({"id": "a", "score": "high"}, "a", None),
    ],
)
def test_id_and_score_are_found(item: object, identity: object, score: float | None) -> None:
    assert results.identity(item) == identity
    assert results.score(item) == score


def test_documents_tell_what_is_known_of_each() -> None:
    found = [
        Hit("a", 0.5),
        {"id": 7, "score": math.nan, "page_content": "seven"},
        (Page("환불"), 0.25),
        ("b", 1),
        0.125,
        object(),
    ]
    assert results.documents(found) == [
        {"id": "a", "score": 0.5},
        {"id": "7", "content": "seven"},
        {"score": 0.25, "content": "환불"},
        {"id": "b", "score": 1.0},
        {"score": 0.125},
        {},
    ]


def test_scores_of_some_are_scores_of_none() -> None:
    """A mean of the results that happen to have one would mislead."""
    assert results.told([Hit("a", 0.5), Document("b")]) == {"spansight.rag.retrieval.results": 2}
