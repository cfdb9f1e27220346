"""No secret leaves: not in attributes, events, names, messages, resources or bodies."""

import json
from typing import Final, cast

import pytest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from collector import otlp
from collector.process import Collector
from privacy import corpus
from spansight.conventions import attributes, events
from spansight.privacy import keys
from spansight.privacy.mask import mask

pytestmark = pytest.mark.stack

SECRETS: Final = {
    "kim.minsu@example.co.kr": "EMAIL",
    "010-1234-5678": "PHONE",
    "+82 10 1234 5678": "PHONE",
    "900101-1234567": "RRN",
    "4111 1111 1111 1111": "CARD",
    "4111111111111111": "CARD",
    "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789": "API_KEY",
    "AKIAIOSFODNN7EXAMPLE": "API_KEY",
}
SURROUNDINGS: Final = (
    "{}",
    "전화는{}입니다",
    "tel:\n{}\tand more",
    '{{"quoted": "{}"}}',
    "<b>{}</b>",
    "first {0}, then {0}",
)
HARMLESS: Final = (
    "1711111111111",  # milliseconds since 1970
    "v1.2.3.4-beta",
    "the total is 1,234,567 won",
    "gpt-4o-2024-08-06",
    "0.1234567890123456",
)


def hostile() -> list[tuple[str, str, str]]:
    """Return secret, kind and text; also as JSON that Python wrote with its escapes."""
    texts: list[tuple[str, str, str]] = []
    for secret, kind in SECRETS.items():
        for around in SURROUNDINGS:
            text = around.format(secret)
            texts += [(secret, kind, text), (secret, kind, json.dumps({"content": text}))]
    return texts


def test_no_secret_is_left_on_a_span(collector: Collector) -> None:
    cases = hostile()
    spans = [
        otlp.span(
            f"ask {text}",
            {
                "note": text,
                "list": ["x", text],
                "map": {"deep": [text]},
                attributes.RESPONSE_FINISH_REASONS: ["stop"],
                attributes.INPUT_TOKENS: 3,
            },
            error=text,
            events=[("exception", 0.1, {"exception.message": text, "args": [text]})],
        )
        for _, _, text in cases
    ]
    collector.send(otlp.traces(spans, {"service.name": "span-secrets"}))
    for (secret, kind, text), span in zip(
        cases, collector.spans("span-secrets", len(cases)), strict=True
    ):
        found = otlp.plain(span.attributes)
        masked = [
            found["note"],
            found["list.1"],
            found["map.deep.0"],
            span.name,
            span.status.message,
            *otlp.plain(span.events[0].attributes).values(),
        ]
        for place in masked:
            assert secret not in str(place), text
            assert f"[{kind}]" in str(place), text
        assert found[attributes.INPUT_TOKENS] == 3
        assert found[attributes.RESPONSE_FINISH_REASONS] == ["stop"]


def test_no_secret_is_left_in_a_log_record(collector: Collector) -> None:
    cases = hostile()
    records = [otlp.record("note", {"note": text, "list": [text]}, text) for _, _, text in cases]
    records += [otlp.record("note", {}, {"said": [text]}) for _, _, text in cases]
    collector.send(otlp.logs(records, {"service.name": "log-secrets"}))
    found = collector.records("log-secrets", len(records))
    for (secret, kind, text), record in zip(cases * 2, found, strict=True):
        said = [otlp.plain_value(record.body), *otlp.plain(record.attributes).values()]
        assert secret not in str(said), text
        assert f"[{kind}]" in str(said[0]), text
    for record in found[len(cases) :]:
        json.loads(record.body.string_value)


def test_the_collector_masks_as_the_process_does(collector: Collector) -> None:
    texts = [case.text for case in (*corpus.positives(), *corpus.missed(), *corpus.mistaken())]
    texts += corpus.negatives()
    records = [otlp.record("", {"note": text}, text) for text in texts]
    spans = [otlp.span(text, {"note": text}, error=text) for text in texts]
    resource = {"service.name": "corpus"}
    collector.send(otlp.logs(records, resource), otlp.traces(spans, resource))
    expected = [(text, mask(text)) for text in texts]
    found = collector.records("corpus", len(texts))
    assert list(zip(texts, (kept.body.string_value for kept in found), strict=True)) == expected
    notes = (otlp.plain(kept.attributes)["note"] for kept in found)
    assert list(zip(texts, notes, strict=True)) == expected
    for text, span in zip(texts, collector.spans("corpus", len(texts)), strict=True):
        places = (span.name, span.status.message, otlp.plain(span.attributes)["note"])
        assert places == (mask(text),) * 3


def test_what_only_looks_like_a_secret_stays(collector: Collector) -> None:
    spans = [otlp.span("x", {"note": text, "list": [text]}) for text in HARMLESS]
    records = [otlp.record("note", {}, text) for text in HARMLESS]
    resource = {"service.name": "harmless"}
    collector.send(otlp.traces(spans, resource), otlp.logs(records, resource))
    assert [otlp.plain(span.attributes) for span in collector.spans("harmless", len(spans))] == [
        {"note": text, "list": [text]} for text in HARMLESS
    ]
    bodies = [record.body.string_value for record in collector.records("harmless", len(records))]
    assert bodies == list(HARMLESS)


def test_resources_and_names_that_say_secret_are_masked_too(collector: Collector) -> None:
    resource = {
        "service.name": "launched",
        "process.command_args": ["serve", "--key", "sk-proj-abcdefghijklmnopqrstuvwxyz"],
        "app.api_key": "hunter2hunter2",
    }
    said = {"http.request.header.authorization": "Basic dXNlcjpwYXNz", "db.password": "hunter2"}
    collector.send(otlp.traces([otlp.span("x", said)], resource))
    (span,) = collector.spans("launched", 1)
    assert otlp.plain(span.attributes) == {}
    (kept,) = collector.resources("launched")
    assert otlp.plain(kept.resource.attributes) == {
        "service.name": "launched",
        "process.command_args.0": "serve",
        "process.command_args.1": "--key",
        "process.command_args.2": "[API_KEY]",
    }


def test_numbers_that_json_does_not_know_neither_drop_nor_hide_anything(
    collector: Collector,
) -> None:
    said: otlp.Attributes = {
        "nan": float("nan"),
        "infinite": float("inf"),
        "empty": [],
        "mail": "a@b.co",
        "deep": {"number": float("nan"), "mails": ["a@b.co"]},
    }
    resource = {"service.name": "odd"}
    collector.send(
        otlp.traces([otlp.span("x", said)], resource),
        otlp.logs(
            [otlp.record("", said), otlp.record("", {}, ["a@b.co"]), otlp.record("", {}, said)],
            resource,
        ),
    )
    (span,) = collector.spans("odd", 1)
    assert otlp.plain(span.attributes)["mail"] == "[EMAIL]"
    assert "_text" not in str(span)
    assert "a@b.co" not in str([span, *collector.records("odd", 3)])


@pytest.mark.parametrize(
    "odd",
    [float("nan"), float("inf"), [float("nan")], {"x": float("nan")}, b"\xff\x00"],
    ids=["nan", "inf", "list", "map", "bytes"],
)
def test_an_address_that_is_no_text_costs_no_neighbour(collector: Collector, odd: object) -> None:
    """A refused request would be repeated, and refused again, with all that is in it."""
    service = f"odd-{odd}"
    said = cast("otlp.Attributes", dict.fromkeys(keys.ADDRESSES_OF_MACHINES, odd))
    spans = [otlp.span("odd", {**said, "mail": "a@b.co"}), otlp.span("plain", {})]
    records = [otlp.record("odd", {**said, "mail": "a@b.co"}, "a@b.co")]
    collector.send(
        otlp.traces(spans, {**said, "service.name": service}),
        otlp.logs(records, {"service.name": service}),
    )
    found = (*collector.spans(service, 2), *collector.records(service, 1))
    assert "a@b.co" not in str(found)
    assert str(found).count("[EMAIL]") == 3


def test_content_leaves_spans_and_becomes_the_body_of_its_event(collector: Collector) -> None:
    content: otlp.Attributes = {
        attributes.SYSTEM_INSTRUCTIONS: [
            {"type": "text", "content": "Answer <b>briefly</b> & well."}
        ],
        attributes.INPUT_MESSAGES: [
            {"role": "user", "parts": [{"type": "text", "content": "저는 kim@example.com 입니다"}]}
        ],
        attributes.OUTPUT_MESSAGES: json.dumps(
            [{"role": "assistant", "parts": [{"type": "text", "content": 'a "\\u003c" b'}]}]
        ),
        attributes.TOOL_DEFINITIONS: [{"name": "search", "parameters": {"max": 3}}],
    }
    about: otlp.Attributes = {
        attributes.OPERATION_NAME: "chat",
        attributes.REQUEST_MODEL: "gpt-4o",
        attributes.RESPONSE_FINISH_REASONS: ["stop"],
        attributes.INPUT_TOKENS: 7,
    }
    resource = {"service.name": "content"}
    collector.send(
        otlp.traces(
            [otlp.span("chat gpt-4o", {**about, **dict.fromkeys(attributes.CONTENT, "x")})],
            resource,
        ),
        otlp.logs([otlp.record(events.CONTENT, {**about, **content})], resource),
    )
    (span,) = collector.spans("content", 1)
    assert not set(otlp.plain(span.attributes)) & set(attributes.CONTENT)
    (record,) = collector.records("content", 1)
    assert json.loads(record.body.string_value) == {
        "system": [{"type": "text", "content": "Answer <b>briefly</b> & well."}],
        "input": [{"role": "user", "parts": [{"type": "text", "content": "저는 [EMAIL] 입니다"}]}],
        "output": [{"role": "assistant", "parts": [{"type": "text", "content": 'a "\\u003c" b'}]}],
        "tools": [{"name": "search", "parameters": {"max": 3}}],
    }
    assert "<b>briefly</b> & well" in record.body.string_value
    assert record.trace_id == otlp.TRACE_ID
    assert otlp.plain(record.attributes) == {
        **about,
        attributes.EVENT_NAME: events.CONTENT,
        attributes.PIPELINE: "content",
    }


def test_a_comment_and_an_explanation_are_bodies(collector: Collector) -> None:
    records = [
        otlp.record(events.FEEDBACK, {attributes.RATING: 2.0}, "call me: 010-1234-5678"),
        otlp.record(
            events.EVALUATION,
            {attributes.EVALUATION_EXPLANATION: "mail a@b.co is not in the source"},
        ),
    ]
    collector.send(otlp.logs(records, {"service.name": "said"}))
    comment, explanation = collector.records("said", 2)
    assert comment.body.string_value == "call me: [PHONE]"
    assert explanation.body.string_value == "mail [EMAIL] is not in the source"
    assert attributes.EVALUATION_EXPLANATION not in otlp.plain(explanation.attributes)


def test_a_body_too_long_for_loki_is_cut_without_halving_a_secret(collector: Collector) -> None:
    body = "가" * 79_990 + " 4111 1111 1111 1111 " + "나" * 100_000
    collector.send(otlp.logs([otlp.record("note", {}, body)], {"service.name": "long"}))
    (record,) = collector.records("long", 1)
    text = record.body.string_value
    assert 200_000 < len(text.encode()) < 256 * 1024
    assert text.endswith(f"… [cut from {len(body.encode())} bytes]")
    assert "4111" not in text


@pytest.mark.xfail(reason="no statement of the Collector reaches into links or bytes", strict=True)
def test_no_secret_is_left_in_a_link(collector: Collector) -> None:
    span = otlp.span("linked", {})
    span.links.add(trace_id=otlp.TRACE_ID, attributes=otlp.pairs({"why": "kim@example.com"}))
    collector.send(otlp.traces([span], {"service.name": "linked"}))
    assert "kim@example.com" not in str(collector.spans("linked", 1))


def test_no_name_found_clean_hides_a_secret_in_the_same_request(collector: Collector) -> None:
    def call(**said: otlp.Value) -> otlp.Attributes:
        names = {attributes.FEATURE: "search", attributes.REQUEST_MODEL: "gpt-4o"}
        return {**names, **{name.replace("__", "."): text for name, text in said.items()}}

    odd = [
        call(),
        call(gen_ai__conversation__id="010-1234-5678"),
        call(gen_ai__response__id="chatcmpl-0123456789abcdef"),
        call(note="kim@example.com"),
        call(gen_ai__prompt__name="for kim@example.com"),
        call(),
    ]
    resource = {"service.name": "names", "_clean": {"x": True}}
    spans = [otlp.span("chat", said) for said in odd]
    records = [otlp.record("", said, "x") for said in odd]
    collector.send(otlp.traces(spans, resource), otlp.logs(records, resource))
    expected = [
        odd[0],
        {**odd[1], "gen_ai.conversation.id": "[PHONE]"},
        odd[2],
        {**odd[3], "note": "[EMAIL]"},
        {**odd[4], "gen_ai.prompt.name": "for [EMAIL]"},
        odd[5],
    ]
    assert [otlp.plain(span.attributes) for span in collector.spans("names", 6)] == expected
    assert [otlp.plain(one.attributes) for one in collector.records("names", 6)] == expected
    (kept,) = collector.resources("names")
    assert otlp.plain(kept.resource.attributes) == {"service.name": "names"}


def test_an_address_of_a_machine_stays_beside_a_secret(collector: Collector) -> None:
    said: otlp.Attributes = {
        "server.address": "203.0.113.7",
        "client.address": "203.0.113.7",
        "gen_ai.headers": "x",
        "http.request.header.set-cookie": ["x"],
    }
    collector.send(otlp.traces([otlp.span("x", said)], {"service.name": "addresses"}))
    (span,) = collector.spans("addresses", 1)
    assert otlp.plain(span.attributes) == {
        "server.address": "203.0.113.7",
        "client.address": "[IP]",
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (AnyValue(int_value=4111111111111111), "[CARD]"),
        (AnyValue(double_value=2.5), "2.5"),
        (AnyValue(bool_value=True), "true"),
        (AnyValue(bytes_value=b"kim@example.com"), "[unreadable]"),
    ],
    ids=["int", "double", "bool", "bytes"],
)
def test_a_body_that_is_no_text_is_searched_or_does_not_pass(
    collector: Collector, body: AnyValue, expected: str
) -> None:
    record = otlp.record("", {})
    record.body.CopyFrom(body)
    service = f"body {body.WhichOneof('value')}"
    collector.send(otlp.logs([record], {"service.name": service}))
    (kept,) = collector.records(service, 1)
    assert kept.body.string_value == expected
