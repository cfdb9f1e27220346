"""What a span and a log record lose on their way out."""

import enum

from opentelemetry import trace

from spansight.conventions import attributes
from spansight.privacy.policy import Policy
from spansight.telemetry import events
from spansight.telemetry.identity import user_hash
from spansight.telemetry.records.content import CHUNK_EVENT
from spansight.telemetry.records.outgoing import Refinery
from support.recording import Recorded

SECRET = "kim@example.com"


def test_everything_textual_on_a_span_is_masked(recorded: Recorded) -> None:
    with trace.get_tracer("test").start_as_current_span(f"GET /users/{SECRET}") as span:
        span.set_attribute("list", [SECRET, "plain"])
        span.set_attribute("number", 7)
        span.add_event("exception", {"exception.message": SECRET})
        span.set_status(trace.StatusCode.ERROR, f"no {SECRET}")
        span.add_link(span.get_span_context(), {"why": SECRET})
    (before,) = recorded.spans
    after = Refinery(Policy()).span(before)
    assert after.name == "GET /users/[EMAIL]"
    assert after.attributes == {"spansight.team": "core", "list": ("[EMAIL]", "plain"), "number": 7}
    assert [dict(event.attributes or {}) for event in after.events] == [
        {"exception.message": "[EMAIL]"}
    ]
    assert [dict(link.attributes or {}) for link in after.links] == [{"why": "[EMAIL]"}]
    assert after.status.description == "no [EMAIL]"
    assert SECRET in before.name, "other processors may hold the span itself"


def test_identity_and_times_stay(recorded: Recorded) -> None:
    tracer = trace.get_tracer("test")
    with tracer.start_as_current_span("outer"):
        tracer.start_span("inner", kind=trace.SpanKind.CLIENT).end()
    for before in recorded.spans:
        after = Refinery(Policy()).span(before)
        for name in ("context", "parent", "kind", "start_time", "end_time", "resource"):
            assert getattr(after, name) == getattr(before, name)


def test_content_never_leaves_on_a_span_even_unmasked(recorded: Recorded) -> None:
    span = trace.get_tracer("test").start_span("chat")
    for name in attributes.CONTENT:
        span.set_attribute(name, "said")
    span.set_attribute("gen_ai.headers", '{"Authorization": "Bearer x"}')
    span.end()
    assert Refinery(Policy(None)).span(recorded.spans[0]).attributes == {"spansight.team": "core"}


class Model(str, enum.Enum):  # noqa: UP042 - as many have them, and other than StrEnum as text
    LARGE = "gpt-4o"


def test_a_model_of_an_enumeration_is_named_as_the_provider_names_it(recorded: Recorded) -> None:
    said = {attributes.REQUEST_MODEL: Model.LARGE}
    trace.get_tracer("test").start_span(f"chat {Model.LARGE}", attributes=said).end()
    (before,) = recorded.spans
    assert before.name == "chat Model.LARGE"
    assert Refinery(Policy()).span(before).name == "chat gpt-4o"


def test_a_user_leaves_as_a_hash_even_unmasked(recorded: Recorded) -> None:
    span = trace.get_tracer("test").start_span("chat")
    span.set_attribute("gen_ai.user", "kim")
    span.end()
    said = {"spansight.team": "core", "user.hash": user_hash("kim")}
    for policy in (Policy(), Policy(None)):
        assert Refinery(policy).span(recorded.spans[0]).attributes == said


def test_a_user_of_an_event_leaves_as_a_hash(recorded: Recorded) -> None:
    events.emit("test", {"enduser.id": "kim"})
    (before,) = recorded.events_of.get_finished_logs()
    assert (Refinery(Policy()).record(before).log_record.attributes or {})[
        "user.hash"
    ] == user_hash("kim")
    assert "enduser.id" not in (Refinery(Policy()).record(before).log_record.attributes or {})


def test_chunk_events_become_the_time_to_the_first(recorded: Recorded) -> None:
    span = trace.get_tracer("test").start_span("chat", start_time=10**9)
    for at in (1_250_000_000, 1_500_000_000):
        span.add_event(CHUNK_EVENT, timestamp=at)
    span.end(end_time=2 * 10**9)
    after = Refinery(Policy()).span(recorded.spans[0])
    assert (after.attributes or {})[attributes.TIME_TO_FIRST_CHUNK] == 0.25
    assert not after.events


def test_a_log_record_is_masked_in_body_and_attributes(recorded: Recorded) -> None:
    with trace.get_tracer("test").start_as_current_span("call") as span:
        events.emit("test", {"said": [{"text": SECRET}]}, body={"to": SECRET})
    (before,) = recorded.events_of.get_finished_logs()
    after = Refinery(Policy()).record(before).log_record
    assert after.body == {"to": "[EMAIL]"}
    assert (after.attributes or {})["said"] == ({"text": "[EMAIL]"},)
    assert after.span_id == span.get_span_context().span_id
    assert before.log_record.body == {"to": SECRET}
