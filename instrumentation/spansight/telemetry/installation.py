"""What is switched on in this process: one installation at most, whoever asked for it."""

import logging
import os
from typing import Final

from opentelemetry import _logs, metrics, trace
from opentelemetry.sdk._logs import LoggerProvider, LogRecordProcessor
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

from spansight.settings import Settings, say
from spansight.telemetry import adoption, providers, standard
from spansight.telemetry.content import ContentEvents
from spansight.telemetry.instrumentors import Instrumentors
from spansight.telemetry.labelling import LabelledEvents, LabelledSpans
from spansight.telemetry.lifecycle import Duties, Lifecycle
from spansight.telemetry.openspans import OpenSpans
from spansight.telemetry.outbox import Deliveries, EventOutbox, SpanOutbox

_KEPT: Final = "the application's own {} is kept; Spansight adds its processors to it"


class Installation:
    """The processors of this process, and the instrumentors that feed them."""

    def __init__(self, settings: Settings, *, exports: bool = True) -> None:
        """Build everything; without exports, a configuration file owns the exporters."""
        self.settings: Final = settings
        self.instrumentors: Final = Instrumentors()
        self._exports: Final = exports
        self._theirs: list[TracerProvider | LoggerProvider] = []
        self._open: Final = OpenSpans()
        self._spans: Final = [
            SpanOutbox(exporter, masks=settings.masks, silent=self._is_sent_by_application)
            for exporter in (providers.exporters("TRACES") if exports else ())
        ]
        self._events: Final = [
            EventOutbox(exporter, masks=settings.masks)
            for exporter in (providers.exporters("LOGS") if exports else ())
        ]
        self._span_processors: Final[list[SpanProcessor]] = [
            LabelledSpans(settings),
            self._open,
            *([ContentEvents()] if standard.apply_content(settings) else ()),
            *self._spans,
        ]
        self._event_processors: Final[list[LogRecordProcessor]] = [
            LabelledEvents(settings),
            *self._events,
        ]
        self._lifecycle: Final = Lifecycle(
            Duties(self._flush, self._open.end_all, self._report, self._after_fork)
        )

    def start(self) -> None:
        """Join the application's or the file's providers, or set ours where there are none."""
        traces, logs = trace.get_tracer_provider(), _logs.get_logger_provider()
        if isinstance(traces, TracerProvider):
            self._join_traces(traces)
        else:
            trace.set_tracer_provider(self._with_spans(providers.tracer_provider()))
        if isinstance(logs, LoggerProvider):
            self._join_logs(logs)
        else:
            _logs.set_logger_provider(self._with_events(providers.logger_provider()))
        if meters := providers.meter_provider():
            metrics.set_meter_provider(meters)
        adoption.give_way(self._join_traces, self._join_logs)
        self._lifecycle.watch()

    def flush(self) -> bool:
        """Send what waits; False when the Collector did not take it in time."""
        return self._lifecycle.flush()

    @property
    def deliveries(self) -> Deliveries:
        """What became of this process's spans."""
        return sum((outbox.deliveries for outbox in self._spans), Deliveries())

    def _join_traces(self, provider: TracerProvider) -> None:
        if self._exports:
            say(_KEPT.format("TracerProvider"))
        self._theirs.append(self._with_spans(provider))
        self.instrumentors.reload()

    def _join_logs(self, provider: LoggerProvider) -> None:
        if self._exports:
            say(_KEPT.format("LoggerProvider"))
        self._theirs.append(self._with_events(provider))
        self.instrumentors.reload()

    def _with_spans(self, provider: TracerProvider) -> TracerProvider:
        for processor in self._span_processors:
            provider.add_span_processor(processor)
        return provider

    def _with_events(self, provider: LoggerProvider) -> LoggerProvider:
        for processor in self._event_processors:
            provider.add_log_record_processor(processor)
        return provider

    def _is_sent_by_application(self) -> bool:
        return any(
            adoption.sends_to(provider, outbox.endpoint)
            for provider in self._theirs
            if isinstance(provider, TracerProvider)
            for outbox in self._spans
        )

    def _flush(self) -> None:
        # Theirs last: a provider that the application has shut down stops at its first processor.
        for one in (*self._spans, *self._events, *self._theirs):
            one.force_flush()

    def _after_fork(self) -> None:
        self._open.forget()
        for outbox in self._spans:
            outbox.forget()

    def _report(self) -> None:
        if missing := self.deliveries.missing:
            say(f"{missing} of {self.deliveries.ended} spans did not reach the Collector")


_current: Installation | None = None


def current() -> Installation | None:
    """Return this process's installation, if there is one."""
    return _current


def install(settings: Settings) -> Installation:
    """Switch on, once; later calls return what is there."""
    global _current  # noqa: PLW0603 - the one installed handler
    if _current is None:
        # Without a handler of its own, a process would print each retry of an exporter.
        logging.getLogger("opentelemetry.exporter").addHandler(logging.NullHandler())
        standard.apply()
        _current = Installation(settings, exports=not os.environ.get("OTEL_CONFIG_FILE"))
        _current.start()
    return _current


def deliveries() -> Deliveries:
    """Return what became of this process's spans so far."""
    return _current.deliveries if _current else Deliveries()
