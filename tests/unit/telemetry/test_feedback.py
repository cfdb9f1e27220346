"""What a user thought of an answer."""

import math
from fractions import Fraction
from typing import Any

import pytest
from opentelemetry import trace

import spansight
from spansight.telemetry.identity import user_hash
from support.recording import Recorded

DIGITS = "expected 32 hexadecimal digits, not all of them 0"
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"


def test_a_rating_joins_the_current_span_and_carries_its_labels(recorded: Recorded) -> None:
    with (
        spansight.context(feature="search", conversation="c-7"),
        trace.get_tracer("test").start_as_current_span("answer") as span,
    ):
        spansight.feedback(rating=4, comment="clear")
    (event,) = recorded.events
    assert (event.event_name, event.body) == ("spansight.feedback", "clear")
    assert event.attributes == {
        "spansight.team": "core",
        "spansight.feature": "search",
        "gen_ai.conversation.id": "c-7",
        "spansight.rating": 4.0,
    }
    assert event.span_id == span.get_span_context().span_id
    assert event.trace_id == span.get_span_context().trace_id


def test_a_thumb_is_no_rating_and_a_rating_is_no_thumb(recorded: Recorded) -> None:
    with spansight.stage("answer"):
        spansight.feedback(thumb="down")
        spansight.feedback(rating=1, thumb="up")
    thumbs, both = (event.attributes for event in recorded.events)
    assert thumbs == {"spansight.team": "core", "spansight.thumb": "down"}
    assert both == {"spansight.team": "core", "spansight.thumb": "up", "spansight.rating": 1.0}


def test_a_span_that_has_ended_is_joined_with_its_own_labels(recorded: Recorded) -> None:
    with spansight.context(feature="search"):
        span = trace.get_tracer("test").start_span("answer")
        span.set_attribute("gen_ai.response.id", "r-1")
        span.end()
    with spansight.context(feature="feedback form"), spansight.stage("POST /feedback"):
        spansight.feedback(rating=5, span=span)
    (event,) = recorded.events
    assert event.span_id == span.get_span_context().span_id
    assert event.attributes["spansight.feature"] == "search"
    assert event.attributes["gen_ai.response.id"] == "r-1"


@pytest.mark.parametrize("trace_id", [TRACE_ID, TRACE_ID.upper()])
def test_a_trace_is_joined_by_its_id_from_anywhere(recorded: Recorded, trace_id: str) -> None:
    with spansight.stage("POST /feedback"):
        spansight.feedback(thumb="up", trace_id=trace_id)
    (event,) = recorded.events
    assert trace.format_trace_id(event.trace_id) == TRACE_ID
    assert not event.span_id


def test_a_response_is_joined_by_its_id_and_not_by_the_current_trace(recorded: Recorded) -> None:
    with spansight.context(feature="search"), spansight.stage("POST /feedback"):
        spansight.feedback(thumb="up", response_id="chatcmpl-1")
    (event,) = recorded.events
    assert event.attributes == {
        "spansight.team": "core",
        "spansight.feature": "search",
        "spansight.thumb": "up",
        "gen_ai.response.id": "chatcmpl-1",
    }
    assert not event.trace_id


def test_a_user_is_told_as_a_hash(recorded: Recorded) -> None:
    with spansight.stage("answer"):
        spansight.feedback(thumb="up", user="kim@example.com")
    (event,) = recorded.events
    assert event.attributes["user.hash"] == user_hash("kim@example.com")
    assert "kim@" not in str(event)


def test_nobody_is_no_user(recorded: Recorded) -> None:
    with spansight.stage("answer"):
        spansight.feedback(thumb="up", user="")
    (event,) = recorded.events
    assert "user.hash" not in event.attributes


def test_a_number_of_any_kind_is_a_rating(recorded: Recorded) -> None:
    with spansight.stage("answer"):
        spansight.feedback(rating=float(Fraction(9, 2)))
        untyped: Any = Fraction(9, 2)
        spansight.feedback(rating=untyped)
    assert [event.attributes["spansight.rating"] for event in recorded.events] == [4.5, 4.5]


def test_words_alone_are_feedback(recorded: Recorded) -> None:
    with spansight.stage("answer"):
        spansight.feedback(comment="환불 안내가 틀렸어요")
    assert [event.body for event in recorded.events] == ["환불 안내가 틀렸어요"]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({}, "nothing said; expected a rating, a thumb or a comment"),
        ({"comment": ""}, "nothing said; expected a rating, a thumb or a comment"),
        ({"rating": 0}, "rating 0: expected a number from 1 to 5"),
        ({"rating": 5.5}, "rating 5.5: expected a number from 1 to 5"),
        ({"rating": math.nan}, "rating nan: expected a number from 1 to 5"),
        ({"rating": True}, "rating True: expected a number from 1 to 5"),
        ({"rating": "5"}, "rating '5': expected a number from 1 to 5"),
        ({"thumb": True}, "thumb True: expected up or down"),
        ({"thumb": "sideways", "rating": 3}, "thumb 'sideways': expected up or down"),
        ({"comment": b"good"}, "comment: expected a text, not a bytes"),
        ({"rating": 3, "span": "7"}, "span '7': expected one of OpenTelemetry's"),
        ({"rating": 3, "trace_id": "7"}, f"trace_id '7': {DIGITS}"),
        ({"rating": 3, "trace_id": 7}, f"trace_id 7: {DIGITS}"),
        ({"rating": 3, "trace_id": "0" * 32}, f"trace_id '{'0' * 32}': {DIGITS}"),
        ({"rating": 3, "response_id": 7}, "response_id 7: expected the id of an answer"),
        ({"rating": 3, "response_id": ""}, "response_id '': expected the id of an answer"),
        ({"rating": 3, "user": True}, "user: expected a text or a whole number, not a bool"),
    ],
)
def test_what_is_wrong_is_one_line_and_not_recorded(
    recorded: Recorded,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    said: dict[str, Any],
    problem: str,
) -> None:
    monkeypatch.setattr("spansight.settings._said", set[str]())
    with spansight.stage("answer"):
        spansight.feedback(**said)
    assert capsys.readouterr().err == f"spansight: feedback: {problem}; not recorded\n"
    assert not recorded.events


def test_feedback_that_joins_nothing_is_counted_and_said(
    recorded: Recorded, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spansight.settings._said", set[str]())
    spansight.feedback(rating=2)
    assert capsys.readouterr().err == (
        "spansight: feedback: no span here and none given; recorded, but it joins no trace\n"
    )
    assert len(recorded.events) == 1
