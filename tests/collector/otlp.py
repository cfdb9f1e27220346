"""Spans and log records as OTLP messages, and plain dictionaries back from them."""

import time
from collections.abc import Iterable, Mapping, Sequence

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

Value = str | bool | int | float | Sequence["Value"] | Mapping[str, "Value"]
Attributes = Mapping[str, Value]

SECOND = 1_000_000_000
TRACE_ID = bytes(range(1, 17))


def span(
    name: str,
    attributes: Attributes,
    *,
    seconds: float = 1.0,
    error: str | None = None,
    ok: bool = False,
    events: Iterable[tuple[str, float, Attributes]] = (),
    dropped_events: int = 0,
) -> Span:
    """Return a span of this duration; `error` is its status message."""
    start = time.time_ns() - 60 * SECOND
    return Span(
        trace_id=TRACE_ID,
        span_id=time.time_ns().to_bytes(8, "big"),
        name=name,
        start_time_unix_nano=start,
        end_time_unix_nano=start + round(seconds * SECOND),
        attributes=pairs(attributes),
        status=_status(error, ok=ok),
        events=[
            Span.Event(
                name=event,
                time_unix_nano=start + round(after * SECOND),
                attributes=pairs(event_attributes),
            )
            for event, after, event_attributes in events
        ],
        dropped_events_count=dropped_events,
    )


def _status(error: str | None, *, ok: bool) -> Status:
    if error is not None:
        return Status(code=Status.STATUS_CODE_ERROR, message=error)
    return Status(code=Status.STATUS_CODE_OK if ok else Status.STATUS_CODE_UNSET)


def record(event: str, attributes: Attributes, body: Value | None = None) -> LogRecord:
    """Return a log record with an event name."""
    return LogRecord(
        time_unix_nano=time.time_ns(),
        trace_id=TRACE_ID,
        span_id=b"\1" * 8,
        event_name=event,
        attributes=pairs(attributes),
        body=None if body is None else value(body),
    )


def traces(
    spans: Iterable[Span], resource: Attributes, scope: str = "tests"
) -> ExportTraceServiceRequest:
    """Return one request with the spans of one resource."""
    request = ExportTraceServiceRequest()
    target = request.resource_spans.add()
    target.resource.attributes.extend(pairs(resource))
    scoped = target.scope_spans.add()
    scoped.scope.name = scope
    scoped.spans.extend(spans)
    return request


def logs(records: Iterable[LogRecord], resource: Attributes) -> ExportLogsServiceRequest:
    """Return one request with the records of one resource."""
    request = ExportLogsServiceRequest()
    target = request.resource_logs.add()
    target.resource.attributes.extend(pairs(resource))
    target.scope_logs.add().log_records.extend(records)
    return request


def pairs(attributes: Attributes) -> list[KeyValue]:
    """Return attributes as OTLP has them."""
    return [KeyValue(key=key, value=value(item)) for key, item in attributes.items()]


def value(item: Value) -> AnyValue:
    """Return one value as OTLP has it."""
    match item:
        case str():
            return AnyValue(string_value=item)
        case bool():
            return AnyValue(bool_value=item)
        case int():
            return AnyValue(int_value=item)
        case float():
            return AnyValue(double_value=item)
        case Mapping():
            return AnyValue(kvlist_value=KeyValueList(values=pairs(item)))
        case _:
            return AnyValue(array_value=ArrayValue(values=[value(part) for part in item]))


def plain(attributes: Iterable[KeyValue]) -> dict[str, object]:
    """Return OTLP attributes as a dictionary."""
    return {pair.key: plain_value(pair.value) for pair in attributes}


def plain_value(item: AnyValue) -> object:
    """Return an OTLP value as Python has it."""
    kind = item.WhichOneof("value")
    if kind == "array_value":
        return [plain_value(part) for part in item.array_value.values]
    if kind == "kvlist_value":
        return plain(item.kvlist_value.values)
    return None if kind is None else getattr(item, kind)
