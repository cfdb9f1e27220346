"""What an answer claims."""

import pytest

from spansight.measures import claims

CONTEXT = ["Refunds take 7 days. Passes are not refunded.", "환불은 7일 안에 가능합니다."]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Refunds take 7 days. Passes do too.", ["Refunds take 7 days.", "Passes do too."]),
        ("환불은 7일 걸립니다. 감사합니다!", ["환불은 7일 걸립니다.", "감사합니다!"]),
        ("- **Lock** it [1].\n- Leave.", ["Lock it.", "Leave."]),
        ("What else? Ask us.", ["Ask us."]),
        ("I'm sorry, I don't know.", []),
        ("죄송합니다. 알 수 없습니다.", []),
        ("It is.", []),
        ("…", []),
    ],
)
def test_a_claim_is_a_sentence_that_asserts_something(answer: str, expected: list[str]) -> None:
    assert claims.claims(answer) == expected


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        ("Refunds take 7 days.", 1.0),
        ("Refunds take 7 days. Passes are refunded.", 0.5),
        ("Refunds take 9 days.", 0.0),
        ("환불은 7일 안에 가능하지 않습니다.", 0.0),
        ("I don't know.", None),
        ("", None),
    ],
)
def test_faithfulness_is_supported_claims_by_claims(answer: str, share: float | None) -> None:
    assert claims.supported_share(answer, CONTEXT) == share


def test_another_check_takes_its_place() -> None:
    def agrees(claim: str, contexts: object) -> str | None:
        return None if "rain" in claim and contexts else "dry"

    assert claims.supported_share("It rains. Sun shines.", ["x"], agrees) == 0.5


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I cannot answer this question.",
        "The context does not say; there is not enough information.",
        "죄송하지만 도와드릴 수 없습니다.",
        "제공된 문서에 관련 정보가 없습니다.",
        "잘 모르겠습니다.",
    ],
)
def test_a_refusal_is_known_by_its_words(text: str) -> None:
    assert claims.is_refusal(text)


@pytest.mark.parametrize(
    "text", ["You can return it.", "Sorry seems to be the hardest word.", "환불할 수 없습니다."]
)
def test_an_answer_is_no_refusal(text: str) -> None:
    assert not claims.is_refusal(text)


def test_the_hallucination_rate_leaves_out_what_has_no_score() -> None:
    assert claims.hallucination_rate([1.0, None, 0.5]) == 0.25
    assert claims.hallucination_rate([None]) is None
