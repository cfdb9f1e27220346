"""What a test recorded in memory, in a form that tests can read."""

from dataclasses import dataclass
from typing import Any

from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded in one test."""

    spans_of: InMemorySpanExporter
    events_of: InMemoryLogRecordExporter

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """Ended spans, in order of their end."""
        return self.spans_of.get_finished_spans()

    @property
    def events(self) -> list[Any]:
        """Emitted log records."""
        return [one.log_record for one in self.events_of.get_finished_logs()]

    def attributes(self, name: str) -> dict[str, Any]:
        """Return the attributes of the one span of that name."""
        (found,) = [span for span in self.spans if span.name == name]
        return dict(found.attributes or {})
