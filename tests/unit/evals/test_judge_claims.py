"""Claims that a judge checks, all of an answer at once."""

import json
from collections.abc import Callable, Sequence

import pytest

from spansight.demo.wire import Request
from spansight.evals import Case, Dataset, Score, evaluate
from spansight.evals.judge import JudgedFaithfulness
from spansight.measures.claims import hallucination_rate
from support.scripted import between, judged, says

CASE = Case(
    id="1",
    question="How long do refunds take?",
    answer="Refunds take 7 days. Anything else? 환불은 카드로 받습니다. Trains are slow.",
    contexts=("You get your money back within a week.", "환불은 카드로 합니다."),
)
MADE = ["Refunds take 7 days.", "환불은 카드로 받습니다.", "Trains are slow."]


def checked(*supported: bool, numbers: Sequence[int] = ()) -> str:
    told = numbers or range(1, len(supported) + 1)
    return json.dumps(
        {
            "claims": [
                {"number": number, "reason": f"because {number}", "supported": holds}
                for number, holds in zip(told, supported, strict=True)
            ]
        }
    )


def scored(reply: Callable[[Request], str], case: Case = CASE, votes: int = 1) -> tuple[Score, int]:
    with judged(reply) as (judge, provider):
        (score,) = evaluate(Dataset("d", [case]), {"it": JudgedFaithfulness(judge, votes)}).scores
        return score, len(provider.calls)


def test_every_claim_is_checked_in_one_call() -> None:
    seen: list[str] = []

    def reply(request: Request) -> str:
        seen.append(request.question)
        return checked(True, True, False)

    score, calls = scored(reply)
    assert (score.value, calls) == (2 / 3, 1)
    assert score.reason == "Trains are slow. (because 3)"
    assert [between(f"claim-{n}", seen[0])[0] for n in (1, 2, 3)] == MADE
    assert between("context-2", seen[0]) == ["환불은 카드로 합니다."]
    assert "Anything else?" not in seen[0]


def test_the_order_of_the_opinions_does_not_matter() -> None:
    score, _ = scored(says(checked(False, True, True, numbers=[3, 1, 2])))
    assert score.reason == "Trains are slow. (because 3)"


@pytest.mark.parametrize("numbers", [[1, 2, 2], [1, 2, 4], [0, 1, 2]])
def test_a_claim_that_is_left_out_or_told_twice_is_asked_for_again(numbers: list[int]) -> None:
    wrong = checked(True, True, True, numbers=numbers)
    assert scored(says(wrong, checked(True, False, True)))[0].value == 2 / 3
    failed, _ = scored(says(wrong, wrong))
    assert failed.error_type == "NonsenseError"
    assert "expected each from 1 to 3 once" in failed.reason


def test_of_each_claim_what_most_opinions_say_holds() -> None:
    opinions = [checked(True, False, False), checked(True, True, False), checked(False, True, True)]
    score, calls = scored(says(*opinions), votes=3)
    assert (score.value, calls) == (2 / 3, 3)
    assert score.reason == "Trains are slow. (because 3)"


def test_opinions_that_are_the_same_end_the_asking() -> None:
    score, calls = scored(says(*[checked(True, False, False)] * 2), votes=3)
    assert (score.value, calls) == (1 / 3, 2)


@pytest.mark.parametrize(
    ("answer", "contexts", "value", "reason"),
    [
        ("I don't know.", ("x",), None, "no claims"),
        ("Anything else?", ("x",), None, "no claims"),
        ("Trains are slow.", (), 0.0, "Trains are slow. (there is no context)"),
        ("Trains are slow.", None, None, ""),
    ],
)
def test_nobody_is_asked_where_the_outcome_is_known(
    answer: str, contexts: tuple[str, ...] | None, value: float | None, reason: str
) -> None:
    case = Case(id="1", question="q", answer=answer, contexts=contexts)
    score, calls = scored(says(), case)
    assert (score.value, score.reason, calls) == (value, reason, 0)


def test_what_is_hallucinated_is_what_is_not_faithful_of_the_answers_that_have_a_score() -> None:
    assert hallucination_rate([1.0, None, 0.5]) == 0.25
    assert hallucination_rate([None]) is None
