"""The score can tell right from wrong."""

from dataclasses import replace
from typing import Any, Final

import pytest

from compatibility.ledger import Entry
from compatibility.scoring import Verdict, verdicts
from spansight.demo.wire import Answer, Usage
from support.otlp_sink import Span

RIGHT: Final[dict[str, Any]] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.model": "gpt-4o-2024-08-06",
    "gen_ai.response.id": "answer-1",
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": 12,
    "gen_ai.usage.cache_read.input_tokens": 8,
    "gen_ai.usage.output_tokens": 3,
}
ANSWER: Final = Answer(
    "answer-1", "gpt-4o-2024-08-06", "one two three", Usage(input=12, output=3, cached=8)
)
ENTRY: Final = Entry("ask", "chat", "gpt-4o", ANSWER)
REFUSED: Final = replace(ENTRY, answer=None)


def span(name: str, number: str, parent: str = "", status: str = "UNSET", **said: Any) -> Span:  # noqa: ANN401 - whatever a span says
    return Span(
        "t", number, parent, name, "CLIENT", status, "", said, {}, (), 0.1, started=int(number)
    )


STEP: Final = span("ask", "1")
CALL: Final = span("chat gpt-4o", "2", "1", **RIGHT)


def judged(*spans: Span, entry: Entry = ENTRY) -> list[tuple[str, ...]]:
    return [verdict.faults for verdict in verdicts([entry], spans, {})]


def test_one_span_that_tells_everything_is_right() -> None:
    assert verdicts([ENTRY], [STEP, CALL], {}) == [Verdict("ask", ())]


def test_a_call_without_a_span_is_missed() -> None:
    assert judged(STEP) == [("no span",)]


def test_a_call_with_two_spans_is_counted_twice() -> None:
    assert judged(STEP, CALL, replace(CALL, span_id="3", parent_id="2")) == [("more spans",)]


def test_a_span_without_a_call_is_one_too_many() -> None:
    stray = replace(CALL, span_id="3", attributes=RIGHT | {"gen_ai.response.id": "answer-2"})
    assert judged(STEP, CALL, stray) == [(), ("more spans",)]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("gen_ai.request.model", "gpt-4o-mini", "model"),
        ("gen_ai.response.model", "gpt-4o", "model"),
        ("gen_ai.usage.input_tokens", 4, "input tokens"),
        ("gen_ai.usage.cache_read.input_tokens", 0, "cached tokens"),
        ("gen_ai.usage.output_tokens", None, "output tokens"),
        ("gen_ai.response.finish_reasons", ["length"], "finish reason"),
        ("error.type", "TimeoutError", "status"),
    ],
)
def test_a_wrong_attribute_is_a_fault(name: str, value: object, fault: str) -> None:
    assert judged(STEP, replace(CALL, attributes=RIGHT | {name: value})) == [(fault,)]


def test_usage_that_the_provider_did_not_tell_must_not_be_zero() -> None:
    mute = replace(ENTRY, answer=replace(ANSWER, usage=None))
    zero = RIGHT | {"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0}
    zero["gen_ai.usage.cache_read.input_tokens"] = 0
    assert judged(STEP, replace(CALL, attributes=zero), entry=mute) == [
        ("input tokens", "output tokens")
    ]


def test_a_span_under_another_parent_is_a_fault() -> None:
    between = span("something else", "3", "1")
    assert judged(STEP, between, replace(CALL, parent_id="3")) == [("parent",)]


def test_errors_have_no_response_and_are_joined_by_their_step() -> None:
    said = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"}
    failed = span("chat gpt-4o", "2", "1", "ERROR", **said)
    elsewhere = [span("other", "3"), span("chat gpt-4o", "4", "3", "ERROR", **said)]
    assert judged(STEP, failed, entry=REFUSED) == [()]
    assert judged(STEP, replace(failed, status="UNSET"), entry=REFUSED) == [("status",)]
    assert judged(STEP, *elsewhere, entry=REFUSED) == [("no span",), ("more spans",)]
