"""Spans and log records as they may leave the process: without content on spans, and masked."""

import copy
from dataclasses import replace

from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import Link, Status

from spansight.conventions import attributes
from spansight.privacy.policy import Policy
from spansight.telemetry.identity import pseudonymous
from spansight.telemetry.records.content import CHUNK_EVENT, NOT_ON_SPANS
from spansight.telemetry.scopes.nesting import counted_once


class Refinery:
    """Makes the copies that may leave."""

    def __init__(self, policy: Policy) -> None:
        """Take the rules."""
        self._policy = policy
        self._resource: tuple[Resource, Resource] | None = None

    def span(self, span: ReadableSpan) -> ReadableSpan:
        """Return the span as it may leave."""
        policy = self._policy
        said = pseudonymous(counted_once(span.attributes or {}))
        kept = {k: v for k, v in said.items() if k not in NOT_ON_SPANS}
        if (first := _first_chunk_s(span)) is not None:
            kept.setdefault(attributes.TIME_TO_FIRST_CHUNK, first)
        return ReadableSpan(
            name=policy.text(_name(span)),
            context=span.context,
            parent=span.parent,
            resource=self._refined(span.resource),
            attributes=policy.attributes(kept),
            events=[self._event(event) for event in span.events if event.name != CHUNK_EVENT],
            links=[
                Link(link.context, policy.attributes(link.attributes or {})) for link in span.links
            ],
            kind=span.kind,
            status=self._status(span.status),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )

    def record(self, record: ReadableLogRecord) -> ReadableLogRecord:
        """Return the log record as it may leave."""
        log = copy.copy(record.log_record)
        log.body = self._policy.body(log.body)
        log.attributes = self._policy.content(pseudonymous(log.attributes or {}))
        return replace(record, log_record=log, resource=self._refined(record.resource))

    def _refined(self, resource: Resource) -> Resource:
        """Return the one copy of a resource: by it, the exporter groups what it sends."""
        if self._resource is None or self._resource[0] is not resource:
            refined = Resource(self._policy.attributes(resource.attributes), resource.schema_url)
            self._resource = (resource, refined)
        return self._resource[1]

    def _event(self, event: Event) -> Event:
        policy = self._policy
        return Event(
            policy.text(event.name), policy.attributes(event.attributes or {}), event.timestamp
        )

    def _status(self, status: Status) -> Status:
        if status.description is None:
            return status
        return Status(status.status_code, self._policy.text(status.description))


def _name(span: ReadableSpan) -> str:
    """Return the name; instrumentors put a model there that may be a member of an enumeration.

    As text it is the model, but written into another one it is `Models.LARGE`.
    """
    model = (span.attributes or {}).get(attributes.REQUEST_MODEL)
    if isinstance(model, str) and type(model) is not str:
        return span.name.replace(f"{model}", str.__str__(model))
    return span.name


def _first_chunk_s(span: ReadableSpan) -> float | None:
    """Return the time to the first chunk, which OpenLLMetry leaves to be read from its events."""
    chunks = (event.timestamp for event in span.events if event.name == CHUNK_EVENT)
    first = min(chunks, default=None)
    return None if first is None or not span.start_time else (first - span.start_time) / 1e9
