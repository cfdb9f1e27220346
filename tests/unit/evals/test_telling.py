"""The one way of a score out of the process: where it joins, whose it is, and what it may quote."""

from typing import ClassVar, Final

import pytest
from opentelemetry.context import Context

from spansight.conventions import attributes
from spansight.evals import Case, Dataset, Verdict, evaluate
from spansight.evals.checks import Length
from spansight.evals.model import Evaluator, Score
from spansight.evals.online import Observed, judge_answers
from spansight.evals.telling import tell
from spansight.telemetry.standard import CAPTURE_MODE
from support.recording import Recorded

SECRET: Final = Case(id="1", question="q", answer="the pin is 4711")


class Quoting:
    def evaluate(self, case: Case) -> Verdict:
        return Verdict(0.5, f"says {case.answer}", about={attributes.PROMPT_NAME: "tone"})


class Counting(Quoting):
    quotes: ClassVar = False


class Raising:
    quotes: ClassVar = False

    def evaluate(self, case: Case) -> bool:
        raise ValueError(case.answer)


def judged(evaluator: Evaluator) -> None:
    """Have the same answer judged in a run and online."""
    evaluate(Dataset("d", [SECRET]), {"a": evaluator})
    judge_answers([Observed(SECRET)], {"a": evaluator})


@pytest.mark.parametrize(
    ("mode", "evaluator", "reason"),
    [
        ("no_content", Quoting(), None),
        ("event_only", Quoting(), "says the pin is 4711"),
        ("no_content", Counting(), "says the pin is 4711"),
        ("no_content", Length(most=5), "15 characters"),
        ("no_content", Raising(), None),
        ("event_only", Raising(), "the pin is 4711"),
    ],
)
def test_a_reason_that_may_quote_leaves_only_where_content_does(
    mode: str,
    evaluator: Evaluator,
    reason: str | None,
    recorded: Recorded,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(CAPTURE_MODE, mode)
    judged(evaluator)
    assert [event.body for event in recorded.events] == [reason, reason]


def test_a_judge_names_its_prompt_wherever_it_is_asked(recorded: Recorded) -> None:
    judged(Quoting())
    assert [event.attributes[attributes.PROMPT_NAME] for event in recorded.events] == ["tone"] * 2


def test_a_score_is_of_whoever_the_answer_was(recorded: Recorded) -> None:
    whose = {
        "feature": "refunds",
        "team": "support",
        "variant": "b\x00 c" + "x" * 200,
        "topic": "money",
    }
    case = Case(id="1", question="q", metadata=whose | {"pipeline": 7})
    tell(Score(case="1", name="a", value=1.0), case, Context())
    (event,) = recorded.events
    assert {
        attributes.FEATURE: "refunds",
        attributes.TEAM: "support",
        attributes.VARIANT: "b c" + "x" * 125,
    }.items() <= event.attributes.items()
    assert attributes.PIPELINE not in event.attributes
    assert "money" not in event.attributes.values()
