"""Measures of what a model was given: values worked out by hand, and what must hold of any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spansight.measures import citations, contexts

PASSAGES = ["Refunds take 7 days. The sky is blue.", "Trains are fast."]
RIGHT = "Refunds take 7 days."

texts = st.lists(st.sampled_from([*PASSAGES, "", "환불은 7일 걸립니다.", "…"]), max_size=5)


def test_relevance_is_the_share_of_sentences_about_the_question() -> None:
    assert contexts.relevance("How long do refunds take?", PASSAGES) == pytest.approx(1 / 3)


def test_noise_is_the_share_of_passages_about_something_else() -> None:
    assert contexts.noise_ratio("How long do refunds take?", PASSAGES) == 1 / 2
    assert contexts.noise_ratio("How long?", PASSAGES, "Trains are fast.") == 1 / 2


def test_coverage_is_the_share_of_the_right_terms_that_are_there() -> None:
    """Refunds, take, 7 and days; the last passage has none of them, a ninth day is missing."""
    assert contexts.coverage(RIGHT, PASSAGES) == 1
    assert contexts.coverage(RIGHT, PASSAGES[1:]) == 0
    assert contexts.coverage("Refunds take 9 days.", PASSAGES) == 3 / 4


def test_redundancy_is_what_is_said_again() -> None:
    assert contexts.redundancy(["a b c d"]) == 0
    assert contexts.redundancy(["a b c d"] * 4) == 3 / 4
    assert contexts.redundancy(["a b c d", "b c d e"]) == 1 / 4


def test_precision_falls_with_the_place_of_what_is_relevant() -> None:
    assert contexts.precision(RIGHT, PASSAGES) == 1
    assert contexts.precision(RIGHT, PASSAGES[::-1]) == 1 / 2
    assert contexts.precision(RIGHT, [PASSAGES[0], "x", PASSAGES[0]]) == (1 + 2 / 3) / 2
    assert contexts.precision(RIGHT, PASSAGES[1:]) == 0


def test_citations_are_right_where_the_passage_supports_the_sentence() -> None:
    answer = "Refunds take 7 days [1]. Trains are fast [1, 2]. See [docs](there) [3]."
    assert citations.cited(answer) == [1, 1, 2, 3]
    assert citations.dangling(answer, PASSAGES) == [3]
    assert citations.accuracy(answer, PASSAGES) == 2 / 4
    assert citations.accuracy("Refunds take 7 days.", PASSAGES) is None


def test_nothing_to_compare_with_is_no_score() -> None:
    assert contexts.relevance("", PASSAGES) is None
    assert contexts.relevance("refunds", []) is None
    assert contexts.noise_ratio("refunds", []) is None
    assert contexts.coverage("", PASSAGES) is None
    assert contexts.redundancy([]) is None
    assert contexts.precision("", PASSAGES) is None
    assert contexts.precision(RIGHT, []) is None


@given(given_texts=texts, right=st.sampled_from(["", RIGHT, "환불은 7일 걸립니다."]))
def test_every_score_is_from_0_to_1(given_texts: list[str], right: str) -> None:
    scores = [
        contexts.relevance(right, given_texts),
        contexts.noise_ratio(right, given_texts),
        contexts.coverage(right, given_texts),
        contexts.redundancy(given_texts),
        contexts.precision(right, given_texts),
    ]
    assert all(score is None or 0 <= score <= 1 for score in scores)


@given(given_texts=texts, more=st.sampled_from(PASSAGES))
def test_more_context_never_covers_less(given_texts: list[str], more: str) -> None:
    before, after = (contexts.coverage(RIGHT, held) for held in (given_texts, [*given_texts, more]))
    assert before is not None
    assert after is not None
    assert after >= before


@given(given_texts=st.lists(st.sampled_from(PASSAGES), min_size=1, max_size=5))
def test_a_copy_never_makes_it_less_redundant(given_texts: list[str]) -> None:
    before, after = (contexts.redundancy(held) for held in (given_texts, given_texts * 2))
    assert before is not None
    assert after is not None
    assert after > before
