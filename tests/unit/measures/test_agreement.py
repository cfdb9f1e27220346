"""Cohen's kappa against the reference implementation, a published table, and the bootstrap."""

import math
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spansight.measures.agreement import Kappa, Weights, confusion, kappa

Pairs = list[tuple[int, int]]

FLEISS = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
"""Two clinicians' diagnoses of 100 patients (Fleiss 1981, table 13.1): kappa 0.68."""

# Untyped, both of them.
stats: Any = import_module("scipy.stats")
reference: Any = import_module("sklearn.metrics")

grades = st.integers(0, 4)
paired = st.lists(st.tuples(grades, grades), min_size=2, max_size=60)


def pairs_of(table: Sequence[Sequence[int]]) -> Pairs:
    return [
        (one, other)
        for one, row in enumerate(table)
        for other, times in enumerate(row)
        for _ in range(times)
    ]


def known(found: Kappa | None) -> Kappa:
    assert found is not None
    return found


@given(paired)
@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_we_agree_with_scikit_learn(weights: Weights, pairs: Pairs) -> None:
    first, second = zip(*pairs, strict=True)
    found = kappa(pairs, weights)
    if len({*first, *second}) == 1:
        assert found is None
        return
    # It takes the place of a value for the value: all places have to be taken.
    theirs = reference.cohen_kappa_score(
        first, second, labels=range(5), weights=None if weights == "none" else weights
    )
    assert known(found).value == pytest.approx(theirs, abs=1e-9)


def test_a_published_table_has_its_published_kappa() -> None:
    found = known(kappa(pairs_of(FLEISS)))
    assert (round(found.value, 2), found.same, found.pairs) == (0.68, 0.89, 100)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_the_interval_is_about_that_of_the_bootstrap(weights: Weights) -> None:
    chance = np.random.default_rng(7)
    first: list[int] = chance.integers(0, 5, 300).tolist()
    apart: list[int] = chance.choice([-1, 0, 0, 0, 1], 300).tolist()
    second = [min(max(one + by, 0), 4) for one, by in zip(first, apart, strict=True)]

    def of(one: Any, other: Any) -> float:  # noqa: ANN401 - numpy's arrays
        return known(kappa(list(zip(one.tolist(), other.tolist(), strict=True)), weights)).value

    theirs = stats.bootstrap(
        (first, second),
        of,
        paired=True,
        vectorized=False,
        n_resamples=600,
        method="percentile",
        rng=np.random.default_rng(7),
    ).confidence_interval
    ours = known(kappa(list(zip(first, second, strict=True)), weights))
    assert ours.low == pytest.approx(theirs.low, abs=0.02)
    assert ours.high == pytest.approx(theirs.high, abs=0.02)


@given(paired, st.sampled_from(["none", "linear", "quadratic"]))
def test_the_value_lies_in_its_interval_and_the_order_of_the_two_says_nothing(
    pairs: Pairs, weights: Weights
) -> None:
    found, turned = kappa(pairs, weights), kappa([(b, a) for a, b in pairs], weights)
    assert (found is None) == (turned is None)
    if found is not None and turned is not None:
        assert -1 <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= 1
        assert turned.value == pytest.approx(found.value, abs=1e-9)
        assert turned.low == pytest.approx(found.low, abs=1e-9)


def test_more_pairs_or_less_confidence_narrow_it() -> None:
    once, thrice = known(kappa(pairs_of(FLEISS))), known(kappa(pairs_of(FLEISS) * 3))
    assert thrice.value == pytest.approx(once.value)
    assert (thrice.high - thrice.low) * math.sqrt(3) == pytest.approx(once.high - once.low)
    assert known(kappa(pairs_of(FLEISS), confidence=0.5)).low > once.low


def test_who_always_agrees_may_still_be_lucky() -> None:
    """Of 30 agreements in 30, the share may be as low as 0.025^(1/30)."""
    found = known(kappa([(1, 1), (0, 0)] * 15))
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx((0.025 ** (1 / 30) - 0.5) / 0.5)
    assert found.low < 0.8


def test_who_always_differs_is_below_chance() -> None:
    assert known(kappa([(1, 0), (0, 1)] * 10)).value == -1.0


@pytest.mark.parametrize("pairs", [[], [(1, 1)], [("a", "a")] * 9])
def test_where_nothing_varies_there_is_no_kappa(pairs: Pairs) -> None:
    assert kappa(pairs) is None


def test_labels_have_no_distance() -> None:
    pairs = [("kind", "kind"), ("kind", "rude"), ("rude", "rude")]
    assert known(kappa(pairs)).value == pytest.approx(
        reference.cohen_kappa_score(*zip(*pairs, strict=True))
    )
    with pytest.raises(ValueError, match=r"values \['kind', 'rude'\]: expected numbers"):
        kappa(pairs, "linear")


def test_a_value_that_nobody_gave_keeps_its_distance() -> None:
    """From 0 to 1 is as far, whether or not anybody said 0.5."""
    near, far = [(0.0, 0.25), (1.0, 1.0)], [(0.0, 1.0), (1.0, 1.0)]
    assert known(kappa(near, "linear")).value > known(kappa(far, "linear")).value


@given(paired.filter(lambda pairs: len({value for pair in pairs for value in pair}) > 1))
def test_the_table_counts_every_pair(pairs: Pairs) -> None:
    first, second = zip(*pairs, strict=True)
    values, counts = confusion(pairs)
    assert counts == reference.confusion_matrix(first, second, labels=values).tolist()
