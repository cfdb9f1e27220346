"""Whose answers a review shows, and whose scores stand beside them."""

import pytest

from spansight.errors import ConfigError
from spansight.evals import Dataset, Run, evaluate
from spansight.review.pool import items
from support.judges import Says

ASKED = Dataset.of([{"id": "a", "question": "How long?"}, {"id": "b", "question": "How much?"}])
ANSWERED = Dataset.of([{"id": "a", "question": "How long?", "answer": "7 days."}])


def answered(answer: str, value: float) -> Run:
    return evaluate(ASKED, {"m": Says(value)}, target=lambda _: answer)


def shown(datasets: list[Dataset], *runs: Run) -> list[tuple[str, str | None, list[float | None]]]:
    return [
        (item.case.id, item.case.answer, [one.value for one in item.scores])
        for item in items(datasets, runs)
    ]


def test_a_recorded_answer_has_the_scores_of_its_runs() -> None:
    judged = evaluate(ANSWERED, {"m": Says(0.5)})
    assert shown([ANSWERED], judged) == [("a", "7 days.", [0.5])]
    assert shown([ANSWERED]) == [("a", "7 days.", [])]


def test_what_a_run_s_target_answered_is_what_is_reviewed() -> None:
    assert shown([ASKED], answered("Soon.", 0.25)) == [
        ("a", "Soon.", [0.25]),
        ("b", "Soon.", [0.25]),
    ]


def test_two_targets_are_two_answers_and_the_same_answer_is_one() -> None:
    runs = answered("Soon.", 0.25), answered("Late.", 0.5), answered("Late.", 0.75)
    assert sorted(shown([ASKED], *runs), key=str) == [
        ("a", "Late.", [0.75]),
        ("a", "Soon.", [0.25]),
        ("b", "Late.", [0.75]),
        ("b", "Soon.", [0.25]),
    ]


def test_a_question_that_the_target_could_not_answer_is_shown_with_its_failure() -> None:
    def fails(question: str) -> str:
        raise RuntimeError(question)

    run = evaluate(ASKED, {"m": Says(1)}, target=fails)
    (first, _) = items([ASKED], [run])
    assert first.case.answer is None
    assert [one.error_type for one in first.scores] == ["RuntimeError"]


def test_a_run_of_another_dataset_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"run 'dataset' of .*: of another dataset, or of another"
    ):
        items([ANSWERED], [answered("Soon.", 0.25)])
