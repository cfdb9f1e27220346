"""Measures of a ranking: values worked out by hand, and what must hold of any ranking."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spansight.measures import ranking

FOUND = ["a", "x", "b", "y"]
RIGHT = {"a", "b", "c"}
GRADES = {"a": 1, "b": 3, "c": 2, "x": 0}

Measure = Callable[[list[str], list[str], int], float | None]
AT_K = list(ranking.AT_K.values())
MEASURES: list[Measure] = [
    *AT_K,
    *(lambda found, right, _, of=measure: of(found, right) for measure in ranking.OF_ALL.values()),
]

documents = st.sampled_from("abcdefgh")
rankings = st.lists(documents, max_size=12)
relevant = st.lists(documents, min_size=1, max_size=6)
cutoffs = st.integers(1, 15)


@pytest.mark.parametrize(
    ("k", "recall", "precision", "hit_rate"),
    [(1, 1 / 3, 1, 1), (2, 1 / 3, 1 / 2, 1), (3, 2 / 3, 2 / 3, 1), (10, 2 / 3, 2 / 10, 1)],
)
def test_shares_of_the_first_k(k: int, recall: float, precision: float, hit_rate: float) -> None:
    assert ranking.recall_at_k(FOUND, RIGHT, k) == pytest.approx(recall)
    assert ranking.precision_at_k(FOUND, RIGHT, k) == pytest.approx(precision)
    assert ranking.hit_rate_at_k(FOUND, RIGHT, k) == hit_rate


def test_measures_of_the_whole_ranking() -> None:
    assert ranking.reciprocal_rank(["x", "y", "b", "a"], RIGHT) == pytest.approx(1 / 3)
    assert ranking.average_precision(FOUND, RIGHT) == pytest.approx((1 / 1 + 2 / 3) / 3)


def test_ndcg_discounts_by_place() -> None:
    found = 1 / math.log2(2) + 1 / math.log2(4)
    best = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert ranking.ndcg_at_k(FOUND, RIGHT, 4) == pytest.approx(found / best)


@pytest.mark.parametrize(("gain", "of"), [("linear", (1, 3, 2)), ("exponential", (1, 7, 3))])
def test_ndcg_knows_grades(gain: ranking.Gain, of: tuple[int, int, int]) -> None:
    a, b, c = of
    found = a / math.log2(2) + b / math.log2(4)
    best = b / math.log2(2) + c / math.log2(3) + a / math.log2(4)
    assert ranking.ndcg_at_k(FOUND, GRADES, 4, gain=gain) == pytest.approx(found / best)


def test_a_grade_of_0_or_less_is_not_relevant() -> None:
    assert ranking.recall_at_k(["x"], {"x": 0, "y": -1, "a": 2}, 1) == 0
    assert ranking.ndcg_at_k(["x"], {"x": 0, "y": -1}, 1) is None


def test_a_copy_takes_a_place_and_finds_nothing_new() -> None:
    assert ranking.recall_at_k(["a", "a", "b"], ["a", "b"], 2) == 1 / 2
    assert ranking.precision_at_k(["a", "a", "b"], ["a", "b"], 3) == pytest.approx(2 / 3)
    assert ranking.average_precision(["a", "a", "b"], ["a", "b"]) == pytest.approx((1 + 2 / 3) / 2)
    assert ranking.ndcg_at_k(["a", "a"], ["a", "b"], 2) == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_the_mean_over_queries_leaves_out_those_without_a_score() -> None:
    assert ranking.mean([1.0, None, 0.5]) == 0.75
    assert ranking.mean([None]) is None


def test_scores_have_names_and_no_score_has_none() -> None:
    assert ranking.scores(["a"], {"a"}, 5) == {
        "recall_at_5": 1.0,
        "precision_at_5": 0.2,
        "ndcg_at_5": 1.0,
        "hit_rate_at_5": 1.0,
        "reciprocal_rank": 1.0,
        "average_precision": 1.0,
    }
    assert ranking.scores(["a"], (), 5) == {}


@pytest.mark.parametrize("measure", MEASURES)
def test_nothing_found_is_0_and_nothing_to_find_is_no_score(measure: Measure) -> None:
    assert measure([], ["a"], 3) == 0
    assert measure(["a"], [], 3) is None


@pytest.mark.parametrize("measure", AT_K)
@pytest.mark.parametrize("k", [0, -1])
def test_a_cutoff_below_1_is_a_mistake(measure: Measure, k: int) -> None:
    with pytest.raises(ValueError, match=f"k={k}: expected 1 or more"):
        measure(["a"], [], k)


def test_a_text_is_no_collection_of_ids() -> None:
    with pytest.raises(TypeError, match="relevant='doc-1': expected a collection of ids"):
        ranking.recall_at_k(["doc-1"], "doc-1", 1)


@pytest.mark.parametrize("grade", [math.nan, math.inf])
def test_a_grade_that_is_no_number_is_a_mistake(grade: float) -> None:
    with pytest.raises(ValueError, match="expected a finite number"):
        ranking.ndcg_at_k(["a"], {"a": grade}, 1)


@pytest.mark.parametrize("measure", MEASURES)
@given(found=rankings, right=relevant, k=cutoffs)
def test_every_score_is_from_0_to_1(
    measure: Measure, found: list[str], right: list[str], k: int
) -> None:
    score = measure(found, right, k)
    assert score is not None
    assert 0 <= score <= 1


@pytest.mark.parametrize("measure", MEASURES)
@given(found=rankings, right=relevant, k=cutoffs)
def test_a_right_document_in_front_is_never_worse(
    measure: Measure, found: list[str], right: list[str], k: int
) -> None:
    before, after = measure(found, right, k), measure([right[0], *found], right, k)
    assert before is not None
    assert after is not None
    if right[0] not in found:
        assert after >= before or math.isclose(after, before)


@pytest.mark.parametrize("measure", [m for n, m in ranking.AT_K.items() if n != "precision"])
@given(right=st.sets(documents, min_size=1), others=st.lists(st.sampled_from("uvw")))
def test_the_best_ranking_scores_1(measure: Measure, right: set[str], others: list[str]) -> None:
    best = [*sorted(right), *others]
    assert measure(best, list(right), len(right)) == pytest.approx(1)


@given(found=rankings, right=relevant, k=cutoffs)
def test_recall_and_hits_never_fall_with_k(found: list[str], right: list[str], k: int) -> None:
    for measure in (ranking.recall_at_k, ranking.hit_rate_at_k):
        fewer, more = measure(found, right, k), measure(found, right, k + 1)
        assert fewer is not None
        assert more is not None
        assert fewer <= more
