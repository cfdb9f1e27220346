"""Two answers, compared both ways round."""

import asyncio
import json
from collections.abc import Callable

import pytest

from spansight.demo.wire import Request
from spansight.errors import ConfigError
from spansight.evals import Case, Dataset, Verdict, evaluate
from spansight.evals.judge import Compared, Comparison, compare, longer_wins
from spansight.evals.judge.comparing import Winner
from support.scripted import between, judged

SHORT, LONG = "7 days.", "It takes 7 days, and not one more."
CASE = Case(id="1", question="How long do refunds take?", answer=LONG)


def prefers(chooses: Callable[[str, str], str]) -> Callable[[Request], str]:
    """Prefer what a rule says of the first and the second answer."""

    def reply(request: Request) -> str:
        (first,), (second,) = (between(name, request.question) for name in ("first", "second"))
        return json.dumps({"reason": f"{first} or {second}", "better": chooses(first, second)})

    return reply


def shorter(first: str, second: str) -> str:
    return "first" if len(first) < len(second) else "second"


def compared(chooses: Callable[[str, str], str], other: str = SHORT) -> Comparison:
    with judged(prefers(chooses)) as (judge, provider):
        comparison = asyncio.run(compare(judge, CASE, other))
        assert len(provider.calls) == 2
    return comparison


def test_what_is_better_both_ways_round_wins() -> None:
    comparison = compared(shorter)
    assert (comparison.winner, comparison.agreed) == ("other", True)
    assert comparison.verdict.value == 0.0
    assert comparison.reason == f"{LONG} or {SHORT}"


@pytest.mark.parametrize("place", ["first", "second"])
def test_a_judge_that_likes_a_place_says_a_tie(place: str) -> None:
    comparison = compared(lambda _, __: place)
    assert (comparison.winner, comparison.agreed, comparison.verdict.value) == ("tie", False, 0.5)
    assert comparison.reason.startswith("depends on the order: ")


def test_a_tie_both_ways_round_is_one_that_is_agreed_on() -> None:
    comparison = compared(lambda _, __: "tie")
    assert (comparison.winner, comparison.agreed) == ("tie", True)


def test_how_much_longer_it_is_stands_beside_the_opinion() -> None:
    comparison = compared(shorter)
    assert comparison.length_difference == (len(LONG) - len(SHORT)) / len(LONG)
    assert "(length +79%)" in comparison.verdict.reason


def test_a_judge_that_likes_length_is_found_out() -> None:
    def decided(winner: Winner, difference: float) -> Comparison:
        return Comparison(winner, True, "", difference, Verdict(None))

    longer = [decided("one", 0.5), decided("other", -0.5), decided("one", -0.1)]
    assert longer_wins(longer) == 2 / 3
    assert longer_wins([decided("tie", 0.5), decided("one", 0.0)]) is None


def test_in_a_run_the_mean_is_the_share_that_wins() -> None:
    rows = [
        {"question": "q", "answer": SHORT, "metadata": {"baseline": LONG}},
        {"question": "q", "answer": LONG, "metadata": {"baseline": SHORT}},
        {"question": "q", "answer": LONG},
    ]
    with judged(prefers(shorter)) as (judge, provider):
        run = evaluate(Dataset.of(rows), {"better": Compared(judge)})
        assert len(provider.calls) == 4
    assert [score.value for score in run.scores] == [1.0, 0.0, None]
    assert run.mean("better") == 0.5


def test_no_answer_to_compare_is_a_mistake() -> None:
    with (
        judged(prefers(shorter)) as (judge, _),
        pytest.raises(ConfigError, match="case '2': no `answer`"),
    ):
        asyncio.run(compare(judge, Case(id="2", question="q"), SHORT))
