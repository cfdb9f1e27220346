"""Sample ratios, against scipy and by hand."""

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # pyright: ignore[reportMissingTypeStubs] - it ships none

from spansight.measures.experiments import chi_square_tail, sample_ratio


@given(st.floats(0, 500), st.integers(1, 12))
def test_the_tail_is_that_of_chi_square(statistic: float, freedom: int) -> None:
    expected = float(cast("Any", stats).chi2.sf(statistic, freedom))
    assert chi_square_tail(statistic, freedom) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_a_known_mismatch() -> None:
    """821,588 to 815,482, the example of Kohavi, Tang and Xu (2020): p = 1.8e-6."""
    found = sample_ratio({"control": 821_588, "treatment": 815_482}, {"control": 1, "treatment": 1})
    assert found.is_mismatch
    assert found.p_value == pytest.approx(1.8e-6, rel=0.02)
    assert str(found).startswith("sample-ratio mismatch: control 821588 of 818535.0 expected")


def test_what_chance_does_is_no_mismatch() -> None:
    found = sample_ratio({"a": 5050, "b": 4950}, {"a": 0.5, "b": 0.5})
    assert found.p_value == pytest.approx(0.3173, abs=1e-4)
    assert not found.is_mismatch
    assert (
        str(found) == "as expected: a 5050 of 5000.0 expected, b 4950 of 5000.0 expected (p = 0.32)"
    )


@pytest.mark.parametrize("counts", [{}, {"a": 2}, {"a": 7, "b": 1}])
def test_a_few_units_tell_nothing(counts: dict[str, int]) -> None:
    found = sample_ratio(counts, {"a": 1, "b": 1})
    assert (found.p_value, found.is_mismatch) == (None, False)
    assert str(found).startswith("too few units to tell: ")


def test_an_arm_that_nobody_should_be_in_is_a_mismatch_with_one_unit() -> None:
    assert sample_ratio({"a": 1000, "b": 1}, {"a": 1, "b": 0}).is_mismatch


def test_an_arm_without_a_unit_counts() -> None:
    assert sample_ratio({"a": 100}, {"a": 1, "b": 1}).is_mismatch


@pytest.mark.parametrize(
    ("counts", "weights"),
    [({"c": 1}, {"a": 1}), ({"a": -1}, {"a": 1}), ({"a": 1}, {"a": 0}), ({}, {})],
)
def test_what_makes_no_sense_is_refused(counts: dict[str, int], weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        sample_ratio(counts, weights)


@given(st.lists(st.tuples(st.integers(20, 5000), st.integers(1, 9)), min_size=2, max_size=6))
def test_the_statistic_is_pearson_s(arms: list[tuple[int, int]]) -> None:
    names = [f"arm {number}" for number in range(len(arms))]
    counts = dict(zip(names, (count for count, _ in arms), strict=True))
    weights = dict(zip(names, (weight for _, weight in arms), strict=True))
    total, whole = sum(counts.values()), sum(weights.values())
    expected = [total * weight / whole for weight in weights.values()]
    known = cast("Any", stats).chisquare([*counts.values()], expected)
    assert sample_ratio(counts, weights).statistic == pytest.approx(float(known.statistic))
