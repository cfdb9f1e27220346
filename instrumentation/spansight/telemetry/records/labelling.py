"""Processors that write whose call it is onto every span and event.

They also let the steps around a call know of it, so that no token is counted twice.
"""

from typing import Final

from opentelemetry.context import Context
from opentelemetry.sdk._logs import LogRecordProcessor, ReadWriteLogRecord
from opentelemetry.sdk.trace import Span, SpanProcessor

from spansight.conventions import attributes
from spansight.settings import Settings
from spansight.telemetry.context import carried
from spansight.telemetry.scopes import nesting
from spansight.telemetry.scopes.traced import notice_call


class LabelledSpans(SpanProcessor):
    """Copies what the context carries onto every span that starts in it."""

    def __init__(self, settings: Settings) -> None:
        """Take the values that hold where a context names none."""
        self._defaults: Final = _defaults(settings)

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Write the labels, except those that the span's author wrote."""
        if labels := self._defaults | carried(parent_context):
            written = span.attributes or {}
            span.set_attributes({k: v for k, v in labels.items() if k not in written})
        if nesting.is_call(span) and not nesting.mark(span, parent_context):
            notice_call(parent_context)


class LabelledEvents(LogRecordProcessor):
    """Copies what the context carries onto every log record emitted in it."""

    def __init__(self, settings: Settings) -> None:
        """Take the values that hold where a context names none."""
        self._defaults: Final = _defaults(settings)

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        """Write the labels, except those that the record's author wrote."""
        record = log_record.log_record
        if labels := self._defaults | carried(record.context):
            record.attributes = {**labels, **(record.attributes or {})}

    def shutdown(self) -> None:
        """Hold nothing."""

    def force_flush(self, timeout_millis: int = 30000) -> bool:  # noqa: ARG002 - upstream's
        """Hold nothing."""
        return True


def _defaults(settings: Settings) -> dict[str, str]:
    named = {attributes.TEAM: settings.team, attributes.FEATURE: settings.feature}
    return {key: value for key, value in named.items() if value}
