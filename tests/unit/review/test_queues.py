"""Which cases people look at."""

from collections import Counter

import pytest

from spansight.evals import Case, Score
from spansight.review.queues import Item, edge, expert, new_feature
from support.reviewing import item


def plain(id_: str, **fields: object) -> Item:
    return Item(Case(**{"id": id_, "question": "?", "answer": "Yes.", **fields}))  # pyright: ignore[reportArgumentType] - by name


def test_experts_see_as_many_of_each_feature() -> None:
    pool = [item(f"a{n}", feature="answers") for n in range(40)]
    pool += [item(f"s{n}", feature="search") for n in range(3)]
    seen = Counter(one.feature for one in expert(pool, most=10).items)
    assert seen == {"answers": 7, "search": 3}


def test_the_sample_is_the_same_in_whatever_order_the_cases_come() -> None:
    pool = [item(str(n)) for n in range(30)]
    ids = [one.case.id for one in expert(pool, most=5).items]
    assert ids == [one.case.id for one in expert(pool[::-1], most=5).items]
    assert ids != [one.case.id for one in pool[:5]]


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (plain("x", answer=""), "empty answer"),
        (plain("x", finish_reason="length"), "cut off by its length"),
        (plain("x", answer="I cannot help with that."), "refused"),
        (plain("x", contexts=()), "nothing found"),
        (plain("x", metadata={"rating": 1}), "its user rated it 1"),
        (plain("x", metadata={"rating": "2.0"}), "its user rated it 2"),
        (plain("x", metadata={"rating": "down"}), "thumb down"),
        (plain("x", metadata={"error_type": "RateLimitError"}), "failed: RateLimitError"),
    ],
)
def test_an_edge_case_says_why_it_is_one(odd: Item, why: str) -> None:
    (found,) = edge([plain("fine"), odd], most=9).items
    assert (found.case.id, found.why) == ("x", (why,))


def test_low_scores_come_first_and_a_low_one_may_be_good() -> None:
    def scored(id_: str, name: str, value: float) -> Item:
        return Item(plain(id_).case, (Score(case=id_, name=name, value=value),))

    pool = [
        scored("low", "faithfulness", 0.4),
        scored("lowest", "faithfulness", 0.1),
        scored("high", "faithfulness", 0.9),
        scored("noisy", "noise_ratio", 0.8),
        scored("clear", "noise_ratio", 0.1),
    ]
    found = edge(pool, most=9).items
    assert [(one.case.id, one.why) for one in found] == [
        ("lowest", ("faithfulness 0.10",)),
        ("noisy", ("noise_ratio 0.80",)),
        ("low", ("faithfulness 0.40",)),
    ]


def test_a_failed_evaluator_makes_an_edge_case() -> None:
    failed = Score(case="x", name="relevance", error_type="TimeoutError")
    (found,) = edge([Item(plain("x").case, (failed,))], most=9).items
    assert found.why == ("relevance: TimeoutError",)


def test_a_new_feature_has_a_queue() -> None:
    pool = [item("a", feature="search"), item("b", feature="answers"), item("c")]
    queue = new_feature(pool, 9, ["search"])
    assert [one.case.id for one in queue.items] == ["a"]


def test_another_answer_is_another_case() -> None:
    assert item("a", "7 days.").version != item("a", "8 days.").version
