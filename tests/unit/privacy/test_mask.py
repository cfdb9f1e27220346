"""What is masked, and what is left alone."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import corpus
from spansight.privacy.custom import unfit
from spansight.privacy.mask import mask, mask_value
from spansight.privacy.patterns import APART, JOINED, PATTERNS, SPARSE, Pattern

MASKED = [
    ("kim@example.com", "[EMAIL]"),
    ("메일kim.lee+1@mail.example.co.kr입니다", "메일[EMAIL]입니다"),
    ("a@b.co,c@d.org;e@f.net", "[EMAIL],[EMAIL];[EMAIL]"),
    ("전화는010-1234-5678입니다", "전화는[PHONE]입니다"),
    ("01012345678,01011112222 010 1234 5678", "[PHONE],[PHONE] [PHONE]"),
    ("tel 010.1234.5678.", "tel [PHONE]."),
    ("+82 10-1234-5678 or +82-2-123-4567", "[PHONE] or [PHONE]"),
    ("(02) 123-4567, 031)123-4567, 070-1234-5678", "[PHONE], [PHONE], [PHONE]"),
    ("+1 (415) 555-2671 415-555-2671", "[PHONE] [PHONE]"),
    ("+44 20 7946 0958", "[PHONE]"),
    ("주민번호 900101-1234567", "주민번호 [RRN]"),
    ("4111-1111-1111-1111 5500 0000 0000 0004", "[CARD] [CARD]"),
    ("4111111111111111, 378282246310005", "[CARD], [CARD]"),
    ("sk-proj-abcdefghijklmnop1234_x-yz", "[API_KEY]"),
    ("AIzaSyA1234567890abcdefghijklmnopqrstuv", "[API_KEY]"),
    ("AKIAIOSFODNN7EXAMPLE", "[API_KEY]"),
    ("token ghp_0123456789abcdefghijklmnopqrstuvwxyz", "token [API_KEY]"),
    ("Authorization: Bearer abcdefghijkl", "Authorization: Bearer [API_KEY]"),
    ("authorization=Basic dXNlcjpwYXNz", "authorization=Basic [API_KEY]"),
    ("curl -H 'bearer abc123DEF456ghi'", "curl -H 'bearer [API_KEY]'"),
    ("password: hunter2hunter2", "password: [API_KEY]"),
    # JSON text: a letter of an escape stands right before the secret.
    (r"tel:\n010-1234-5678", r"tel:\n[PHONE]"),
    (r"\uc804\ud654010-1234-5678", r"\uc804\ud654[PHONE]"),
    (r"\uc8fc\ubbfc900101-1234567", r"\uc8fc\ubbfc[RRN]"),
    (r"card\t4111111111111111", r"card\t[CARD]"),
    (r"\uba54\uc77ckim@example.com", r"\uba54\uc77c[EMAIL]"),
    (r"{\"api_key\": \"abcd1234efgh\"}", r"{\"api_key\": \"[API_KEY]\"}"),
]

KEPT = [
    "1711111111111",  # milliseconds since 1970
    "1700000000000000000",  # nanoseconds
    "similarity 0.4123456789012345",
    "v1.2.3.4-beta at 192.168.100.200",
    "2024-11-22 10:00:00",
    "order 2000123412341234",
    "risk-management-framework-for-teams",
    "sk-learn-compatible-estimators",
    "bearer of good news, basic instructions",
    "max_tokens: 4096",
    "gpt-4o-2024-08-06",
    "550e8400-e29b-41d4-a716-446655440000",
    "mail at example.com",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_a_secret_is_replaced_by_its_kind(text: str, expected: str) -> None:
    assert mask(text) == expected


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_one_is_kept(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("text", [text for text, _ in MASKED])
def test_masking_again_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


SECRETS = ["kim@example.com", "010-1234-5678", "900101-1234567", "4111111111111111"]


@given(
    before=st.text("가나 \n\t\"':,(", max_size=6),
    secret=st.sampled_from(SECRETS),
    after=st.text("가나 \n\t\"',)", max_size=6),
    ascii_only=st.booleans(),
)
def test_json_text_stays_json_and_loses_the_secret(
    before: str, secret: str, after: str, *, ascii_only: bool
) -> None:
    # Latin letters right in front are part of an address, and of a word with digits in it.
    text = f"{before}{secret}{after}"
    masked = mask(json.dumps({"content": text}, ensure_ascii=ascii_only))
    assert secret not in json.loads(masked)["content"]


def test_values_are_masked_at_any_depth() -> None:
    value = {"parts": [{"text": "to kim@example.com", "n": 1}], "pair": ("010-1234-5678", None)}
    assert mask_value(value) == {
        "parts": [{"text": "to [EMAIL]", "n": 1}],
        "pair": ("[PHONE]", None),
    }


@pytest.mark.parametrize("case", corpus.positives(), ids=repr)
def test_no_secret_of_the_corpus_is_left(case: corpus.Case) -> None:
    masked = mask(case.text)
    assert case.secret not in masked
    assert f"[{case.kind}]" in masked


@pytest.mark.parametrize("text", corpus.negatives())
def test_no_harmless_text_of_the_corpus_is_changed(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("case", corpus.missed(), ids=repr)
def test_what_is_declared_as_missed_passes(case: corpus.Case) -> None:
    assert mask(case.text) == case.text, "move it to the secrets"


@pytest.mark.parametrize("case", corpus.mistaken(), ids=repr)
def test_what_is_declared_as_mistaken_is_masked(case: corpus.Case) -> None:
    assert f"[{case.kind}]" in mask(case.text), "move it to the harmless"


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len({case.text for case in corpus.positives()}) >= 300
    assert len(set(corpus.negatives())) >= 300
    assert {case.kind for case in corpus.positives()} == {pattern.name for pattern in PATTERNS}


def test_our_own_marks_in_a_text_hide_nothing() -> None:
    split = f"4111{APART}1111{JOINED[0]}11111111 kim@exam{APART}ple.com"
    assert mask(split) == "[CARD] [EMAIL]"


def test_our_patterns_pass_the_check_that_yours_have_to() -> None:
    for pattern in PATTERNS:
        for expression in filter(None, (pattern.regex, pattern.shape)):
            assert unfit(expression) is None, expression
        assert all(literal == literal.lower() for literal in pattern.literals)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
@given(data=st.data())
def test_a_guard_holds_wherever_its_pattern_matches(data: st.DataObject, pattern: Pattern) -> None:
    secret = data.draw(st.from_regex(re.compile(pattern.regex, re.ASCII)))
    if pattern.literals:
        assert any(literal in secret.lower() for literal in pattern.literals)
        assert any(re.search(guard, secret.lower(), re.ASCII) for guard in pattern.guards)
    else:
        assert re.search(pattern.shape, secret, re.ASCII)
    if pattern.has_digits_only:
        around = data.draw(st.text(st.sampled_from("a1 .-()가"), max_size=12))
        text = f"{around} {secret} {around}"
        assert re.search(pattern.regex, re.sub(SPARSE.regex, SPARSE.replacement, text), re.ASCII)


@pytest.mark.parametrize("size", [2_000, 200_000])
def test_a_hostile_text_takes_time_in_proportion(size: int) -> None:
    # What makes a backtracking engine quadratic: long runs that could each begin a match.
    for run in ("a.", "1 ", "A1", "x@", "eyJ-", "://a:", "password="):
        assert mask(run * size + "@") is not None
