"""Claims and passages by the cosine of their embeddings, and what no embedding notices."""

from collections.abc import Sequence
from typing import Final

import pytest

from spansight.errors import ConfigError
from spansight.evals import Case, Faithfulness, Verdict
from spansight.evals.entailment.embedded import Embedded

MEANINGS: Final = (
    {"money", "refunds", "refunded", "환불"},
    {"week", "days", "7일"},
    {"trains", "fast"},
)
"""Words that mean the same, of two languages: a sentence has a place for each."""


def embed(texts: Sequence[str]) -> list[list[float]]:
    words = [text.lower().strip(".").split() for text in texts]
    return [[float(sum(w in meaning for w in said)) for meaning in MEANINGS] for said in words]


BY_MEANING: Final = Embedded(embed)


@pytest.mark.parametrize(
    ("claim", "context", "why"),
    [
        ("Money is refunded in days.", "Trains are fast. Refunds take a week.", None),
        ("환불 7일 7일.", "Refunds take 7 days.", None),
        ("Refunds take 9 days.", "Refunds take 7 days.", "not in the context: 9"),
        ("Refunds do not take days.", "Refunds take days.", "the context says the opposite"),
        ("Refunds take days.", "Refunds do not take days.", "the context denies it"),
        ("Refunds.", "Trains are fast.", "nothing in the context is close to it (0.00)"),
        ("Refunds.", "It rains.", "nothing in the context is close to it (0.00)"),
        ("Refunds.", "", "there is no context"),
    ],
)
def test_near_in_meaning_and_neither_another_number_nor_a_denial(
    claim: str, context: str, why: str | None
) -> None:
    assert BY_MEANING.objection(claim, [context]) == why


def test_one_sentence_that_says_it_is_enough() -> None:
    contexts = ["Refunds take 9 days.", "Refunds take 7 days."]
    assert BY_MEANING.objection("Refunds take 7 days.", contexts) is None


def test_it_takes_the_place_of_words() -> None:
    asked: list[str] = []

    def counted(texts: Sequence[str]) -> list[list[float]]:
        asked.extend(texts)
        return embed(texts)

    case = Case(
        id="1",
        question="q",
        answer="Money takes a week. Trains are fast.",
        contexts=("Refunds take days.",),
    )
    verdict = Faithfulness(Embedded(counted, enough=0.7)).evaluate(case)
    assert isinstance(verdict, Verdict)
    assert verdict.value == 0.5
    assert verdict.reason == "Trains are fast. (nothing in the context is close to it (0.00))"
    assert asked.count("Refunds take days.") == 1


def test_a_run_with_it_can_be_resumed() -> None:
    assert repr(BY_MEANING) == f"Embedded({__name__}:embed, enough=0.8)"


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        ([], "0 vectors of 1 texts"),
        ([[1.0, 0.0], [1.0]], "2 vectors of 1 texts"),
        ([[float("nan")]], "NaN or infinity"),
    ],
)
def test_what_is_no_embedding_is_a_failure(vectors: list[list[float]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Embedded(lambda _: vectors).objection("Refunds.", ["Refunds."])


def test_a_cosine_above_1_is_refused() -> None:
    with pytest.raises(ConfigError, match="expected a number above 0, up to 1"):
        Embedded(embed, enough=2)
