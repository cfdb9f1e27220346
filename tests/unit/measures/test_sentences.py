"""Where sentences end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spansight.measures.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rains. It pours!\nWho knows?", ["It rains.", "It pours!", "Who knows?"]),
        ("환불은 7일 안에 가능합니다. 문의하세요.", ["환불은 7일 안에 가능합니다.", "문의하세요."]),
        ("환불됩니다.문의하세요.", ["환불됩니다.", "문의하세요."]),
        ("雨です。風です。", ["雨です。", "風です。"]),
        ("It costs 1.50 won.", ["It costs 1.50 won."]),
        ("Ask Dr. Kim. He knows.", ["Ask Dr. Kim.", "He knows."]),
        ("Fees, e.g. 500 won, stay.", ["Fees, e.g. 500 won, stay."]),
        ("1. Lock it.\n2. Leave.", ["1. Lock it.", "2. Leave."]),
        ('He said "no." She left.', ['He said "no."', "She left."]),
        ("Version v2. Then v3.", ["Version v2.", "Then v3."]),
        ("It costs 5. No. Nothing.", ["It costs 5.", "No.", "Nothing."]),
        ("…", []),
        ("", []),
    ],
)
def test_a_sentence_ends_where_a_reader_says_so(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="ab1. \n!?다요\u3002\"')", max_size=60))
def test_no_word_is_lost(text: str) -> None:
    def letters(part: str) -> str:
        return "".join(one for one in part if one.isalnum())

    assert letters("".join(sentences(text))) == letters(text)


@pytest.mark.parametrize(
    "text",
    [
        "It rains." + "\n" * 300_000 + "It snows.",
        "It rains." + " \n\t" * 100_000 + "It snows.",
        "It rains." + " " * 300_000 + "It snows.",
    ],
)
def test_space_without_end_ends_a_sentence_once_and_soon(text: str) -> None:
    """It took minutes, in which no other thread ran."""
    assert sentences(text) == ["It rains.", "It snows."]


def test_abbreviations_without_end_are_one_sentence() -> None:
    assert len(sentences("A. " * 50_000)) == 1
