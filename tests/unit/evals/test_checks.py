"""Checks of one answer."""

from typing import Any

import pytest

from spansight.errors import ConfigError
from spansight.evals import Case, Dataset, Evaluator, evaluate
from spansight.evals.checks import (
    CitesContexts,
    Language,
    Length,
    Matches,
    MatchesSchema,
    NotCutOff,
    NotEmpty,
    NotRefused,
    WithinLatency,
    WithinTokens,
)

SCHEMA = {"type": "object", "required": ["won"], "properties": {"won": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("check", "case", "passes"),
    [
        (NotEmpty(), {"answer": "x"}, True),
        (NotEmpty(), {"answer": " \n"}, False),
        (Length(least=2, most=3), {"answer": "abc"}, True),
        (Length(least=2), {"answer": "a"}, False),
        (Length(most=3), {"answer": "abcd"}, False),
        (Matches(r"^\d+ won$"), {"answer": "500 won"}, True),
        (Matches("(?i)WON"), {"answer": "500 won"}, True),
        (Matches("euro"), {"answer": "500 won"}, False),
        (MatchesSchema(SCHEMA), {"answer": '{"won": 500}'}, True),
        (MatchesSchema(SCHEMA), {"answer": '{"won": "500"}'}, False),
        (MatchesSchema(SCHEMA), {"answer": "{}"}, False),
        (MatchesSchema(SCHEMA), {"answer": "500 won"}, False),
        (Language("ko"), {"answer": "환불은 GPT-4가 아닙니다."}, True),
        (Language("ko"), {"answer": "Refunds take 7 days."}, False),
        (Language("en"), {"answer": "Refunds (환불) take 7 days."}, True),
        (Language("en"), {"answer": "Возврат"}, False),
        (Language("en"), {"answer": "abcde 환불은칠일"}, True),
        (Language("en"), {"answer": "abcd 환불은칠일걸"}, False),
        (Language("en"), {"answer": "123 !?"}, None),
        (NotRefused(), {"answer": "It takes 7 days."}, True),
        (NotRefused(), {"answer": "죄송하지만 알 수 없습니다."}, False),
        (NotCutOff(), {"finish_reason": "stop"}, True),
        (NotCutOff(), {"finish_reason": "length"}, False),
        (NotCutOff(), {"finish_reason": "max_tokens"}, False),
        (WithinLatency(2), {"latency_s": 2.0}, True),
        (WithinLatency(2), {"latency_s": 2.1}, False),
        (WithinTokens(10), {"input_tokens": 6, "output_tokens": 4}, True),
        (WithinTokens(10), {"input_tokens": 6, "output_tokens": 5}, False),
        (WithinTokens(10), {"output_tokens": 5}, True),
        (CitesContexts(), {"answer": "Yes [1].", "contexts": ("a",)}, True),
        (CitesContexts(), {"answer": "Yes [2].", "contexts": ("a",)}, False),
        (CitesContexts(), {"answer": "Yes.", "contexts": ("a",)}, False),
        (CitesContexts(), {"answer": "Yes [1].", "contexts": ()}, None),
    ],
)
def test_a_check_passes_or_fails(
    check: Evaluator, case: dict[str, Any], *, passes: bool | None
) -> None:
    (score,) = evaluate(Dataset("d", [Case(id="1", question="q", **case)]), {"c": check}).scores
    assert score.error_type is None
    assert score.label == {True: "pass", False: "fail", None: None}[passes]


@pytest.mark.parametrize(
    "check",
    [
        NotEmpty(),
        Length(),
        Matches("x"),
        MatchesSchema({}),
        Language("en"),
        NotRefused(),
        NotCutOff(),
        WithinLatency(1),
        WithinTokens(1),
        CitesContexts(),
    ],
)
def test_what_nobody_knows_is_not_judged(check: Evaluator) -> None:
    assert check.evaluate(Case(id="1", question="q")) is None


def test_a_failed_schema_says_where() -> None:
    verdict = MatchesSchema(SCHEMA).evaluate(Case(id="1", question="q", answer='{"won": "x"}'))
    assert verdict is not None
    assert verdict.reason == "$.won: 'x' is not of type 'integer'"


def test_a_pattern_that_is_none_is_named_at_once() -> None:
    with pytest.raises(ConfigError, match=r"pattern '\(': missing \), unterminated subpattern"):
        Matches("(")
