"""Claims about a help centre: what it says, and what it does not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spansight.measures.sentences import sentences
from spansight.measures.support import objection
from spansight.stack import files

CORPUS = [
    row["text"]
    for row in json.loads((files.root() / "examples" / "rag" / "corpus.json").read_text("utf-8"))
]


@pytest.mark.parametrize("sentence", [one for text in CORPUS for one in sentences(text)])
def test_what_the_context_says_word_for_word_is_supported(sentence: str) -> None:
    assert objection(sentence, CORPUS) is None


@pytest.mark.parametrize(
    "claim",
    [
        "A ride costs 1,000 won for one hour.",
        "A single ride costs 1000 won [1].",
        "**The monthly pass** costs 15,000 won.",
        "Every ride includes accident insurance of up to 20,000,000 won.",
        "The pass is refunded for the unused days.",
        "Things left in the basket are kept at the Yeouido office for fourteen days, 14 in all.",
        "한강바이크 1회 이용권은 1,000원입니다.",
        "월 정기권은 15,000원입니다.",
        "추가 30분마다 500원이 부과돼요.",
        "16세 미만은 헬멧을 착용해야 한다.",
        "고장 난 자전거의 이용 요금은 받지 않습니다.",
        "보험은 최대 2,000만 원까지 포함됩니다.",
        "전기자전거 요금은 일반 요금의 두 배예요.",
        "태풍 경보가 내려지면 대여가 중단됩니다.",
    ],
)
def test_the_same_in_other_words_is_supported(claim: str) -> None:
    assert objection(claim, CORPUS) is None


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("A single ride costs 2,000 won.", "2000"),
        ("A single ride costs 500 won for one hour.", "500"),
        ("Riders under 18 must wear a helmet.", "18"),
        ("한강바이크 1회 이용권은 2,000원입니다.", "2000"),
        ("보험은 최대 3천만 원까지 포함됩니다.", "30000000"),
    ],
)
def test_a_changed_number_is_not(claim: str, why: str) -> None:
    assert objection(claim, CORPUS) == f"not in the context: {why}"


@pytest.mark.parametrize(
    "claim",
    [
        "Riders under 16 need not wear a helmet.",
        "Rentals do not stop while a storm warning is in force.",
        "Rentals don't stop while a storm warning is in force.",
        "The monthly pass never covers rides of up to two hours.",
        "대여소는 24시간 운영하지 않습니다.",
        "16세 미만은 헬멧을 착용하지 않아도 됩니다.",
        "정기권은 환불되지 않는다.",
        "한강바이크 1회 이용권은 1,000원이 아닙니다.",
        "수수료는 없습니다.",
        "자전거는 나중에 반납할 수 없다.",
    ],
)
def test_a_negated_sentence_is_not(claim: str) -> None:
    assert objection(claim, CORPUS) is not None


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("고장 난 자전거의 이용 요금은 받습니다.", "the context denies it"),
        ("대여소는 24시간 운영하지 않습니다.", "the context says the opposite"),
    ],
)
def test_a_denial_says_which_of_the_two_denies(claim: str, why: str) -> None:
    assert objection(claim, CORPUS) == why


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("Things left in the basket are kept for 14 days at the Busan office.", "Busan"),
        ("Trains are open around the clock.", "Trains"),
        ("바구니에 두고 내린 물건은 부산 사무소에서 14일 동안 보관합니다.", None),
        ("한강버스 1회 이용권은 1시간에 1,000원입니다.", "한강버스"),
    ],
)
def test_another_name_is_not_where_it_stands_out(claim: str, why: str | None) -> None:
    """Korean has no capitals: a name amid a long sentence passes, which is a known limit."""
    expected = None if why is None else f"not in the context: {why}"
    assert objection(claim, CORPUS) == expected


def test_what_is_about_something_else_is_not() -> None:
    assert objection("Penguins live in Antarctica.", CORPUS) == (
        "nothing in the context is about it"
    )
    assert objection("A ride costs 1,000 won.", []) == "nothing in the context is about it"


def test_a_fact_spread_over_two_sentences_is_found() -> None:
    context = ["The museum opened in spring. It shows paintings from Korea."]
    assert objection("The museum shows paintings from Korea.", context) is None
    assert objection("The museum opened in spring and shows no paintings.", context) is not None


def test_two_numbers_of_two_sentences_are_not_mixed() -> None:
    context = ["Adults pay 9 euro. Children pay 4 euro."]
    assert objection("Children pay 9 euro.", context) == "not in the context: 9"


@given(st.lists(st.sampled_from(CORPUS), max_size=4), st.sampled_from(CORPUS))
def test_more_context_never_takes_support_away(contexts: list[str], more: str) -> None:
    for claim in sentences(CORPUS[0]):
        if objection(claim, contexts) is None:
            assert objection(claim, [*contexts, more]) is None


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_has_an_answer(claim: str, context: str) -> None:
    assert objection(claim, [context]) != ""


def test_a_reason_has_the_claim_s_own_words_not_their_stems() -> None:
    claim = "Pass holders receive free umbrellas from our partners."
    why = objection(claim, ["Pass holders receive nothing from our partners."])
    assert why == "not in the context: free, umbrellas"
