"""What is sent to a Collector: calls without content, and content without and with secrets."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from opentelemetry._logs import LogRecord
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind
from opentelemetry.util.types import AnyValue

from spansight.conventions import attributes, events

_RESOURCE: Final = Resource({attributes.SERVICE_NAME: "shop", "deployment.environment.name": "p"})
_SCOPE: Final = InstrumentationScope("opentelemetry.instrumentation.genai.openai")
_CALL: Final[Mapping[str, str | int | float]] = {
    attributes.OPERATION_NAME: "chat",
    attributes.PROVIDER_NAME: "openai",
    attributes.REQUEST_MODEL: "gpt-4o",
    attributes.RESPONSE_MODEL: "gpt-4o-2024-08-06",
    attributes.INPUT_TOKENS: 1200,
    attributes.OUTPUT_TOKENS: 150,
    attributes.CACHE_READ_TOKENS: 400,
    attributes.REQUEST_TEMPERATURE: 0.2,
    attributes.TIME_TO_FIRST_CHUNK: 0.3,
    attributes.FEATURE: "search",
    attributes.TEAM: "growth",
    "server.address": "api.openai.com",
    "server.port": 443,
}
_NOTHING: Final[Mapping[str, str]] = {}
_PROSE: Final = "The quick brown fox considers the state of the market before it answers; " * 55
_SECRETS: Final = (
    "write to kim.minsu@example.com or call 010-1234-5678, card 4111 1111 1111 1111, "
    "RRN 900101-1234567, key sk-abcdefghijklmnopqrstuvwx"
)


@dataclass(frozen=True, slots=True)
class Load:
    """Requests to send, and how many spans or events are in them."""

    name: str
    path: str
    bodies: tuple[bytes, ...]
    items: int


def _spans(name: str, each: int, requests: int) -> Load:
    bodies = (encode_spans(list(_calls(each))).SerializePartialToString() for _ in range(requests))
    return Load(name, "/v1/traces", tuple(bodies), each * requests)


def _calls(count: int) -> Iterator[ReadableSpan]:
    for number in range(count):
        now = time.time_ns()
        yield slim_call(SpanContext(now, number + 1, is_remote=False), now - 2_000_000_000, now)


def slim_call(
    context: SpanContext,
    started_ns: int,
    ended_ns: int,
    *,
    parent: SpanContext | None = None,
    also: Mapping[str, str] = _NOTHING,
) -> ReadableSpan:
    """Return the span of a call without content, as the instrumentation of OpenAI makes it."""
    return ReadableSpan(
        name="chat gpt-4o",
        context=context,
        parent=parent,
        kind=SpanKind.CLIENT,
        resource=_RESOURCE,
        instrumentation_scope=_SCOPE,
        attributes={**_CALL, attributes.RESPONSE_ID: f"chatcmpl-{ended_ns:x}", **also},
        start_time=started_ns,
        end_time=ended_ns,
    )


def _contents(name: str, text: str, each: int, requests: int) -> Load:
    bodies = (
        encode_logs([_content(text) for _ in range(each)]).SerializePartialToString()
        for _ in range(requests)
    )
    return Load(name, "/v1/logs", tuple(bodies), each * requests)


def _content(text: str) -> ReadableLogRecord:
    def said(role: str, words: str) -> AnyValue:
        return [{"role": role, "parts": [{"type": "text", "content": words}]}]

    record = LogRecord(
        timestamp=time.time_ns(),
        event_name=events.CONTENT,
        attributes={
            **_CALL,
            attributes.INPUT_MESSAGES: said("user", text),
            attributes.OUTPUT_MESSAGES: said("assistant", _PROSE[:400]),
        },
    )
    return ReadableLogRecord(record, _RESOURCE, instrumentation_scope=_SCOPE)


LOADS: Final = (
    _spans("spans, 200 a request", 200, 20),
    _spans("spans, 20 a request", 20, 60),
    _contents("4 kB of content, clean", _PROSE[:3600], 20, 10),
    _contents("4 kB of content, 5 secrets", _PROSE[:3450] + _SECRETS, 20, 6),
)
"""Enough of each for the clock of a process, which counts hundredths of a second."""
