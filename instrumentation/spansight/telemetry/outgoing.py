"""Spans and log records as they may leave the process: without content on spans, and masked."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import Status

from spansight.conventions import attributes
from spansight.privacy.mask import mask, mask_value
from spansight.telemetry.content import CHUNK_EVENT, NOT_ON_SPANS
from spansight.telemetry.identity import pseudonymous
from spansight.telemetry.nesting import counted_once

V = TypeVar("V")


def refined(span: ReadableSpan, *, masks: bool) -> ReadableSpan:
    """Return the span as it may leave."""
    said = pseudonymous(counted_once(span.attributes or {}))
    kept = {k: v for k, v in said.items() if k not in NOT_ON_SPANS}
    if (first := _first_chunk_s(span)) is not None:
        kept.setdefault(attributes.TIME_TO_FIRST_CHUNK, first)
    return ReadableSpan(
        name=mask(span.name) if masks else span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_masked(kept) if masks else kept,
        events=[
            _masked_event(event) if masks else event
            for event in span.events
            if event.name != CHUNK_EVENT
        ],
        links=span.links,
        kind=span.kind,
        status=_masked_status(span.status) if masks else span.status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _first_chunk_s(span: ReadableSpan) -> float | None:
    """Return the time to the first chunk, which OpenLLMetry leaves to be read from its events."""
    chunks = (event.timestamp for event in span.events if event.name == CHUNK_EVENT)
    first = min(chunks, default=None)
    return None if first is None or not span.start_time else (first - span.start_time) / 1e9


def masked(record: ReadableLogRecord) -> ReadableLogRecord:
    """Return a masked copy of a log record."""
    log = copy.copy(record.log_record)
    log.body = mask_value(log.body)
    log.attributes = _masked(pseudonymous(log.attributes or {}))
    return replace(record, log_record=log)


def _masked(values: Mapping[str, V]) -> dict[str, V]:
    return {key: mask_value(value) for key, value in values.items()}


def _masked_event(event: Event) -> Event:
    return Event(event.name, _masked(event.attributes or {}), event.timestamp)


def _masked_status(status: Status) -> Status:
    if status.description is None:
        return status
    return Status(status.status_code, mask(status.description))
