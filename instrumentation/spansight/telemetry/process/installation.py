"""What is switched on in this process: one installation at most, whoever asked for it."""

import atexit
import logging
import os
from typing import Final

from opentelemetry import _logs, metrics, trace
from opentelemetry.sdk._logs import LoggerProvider, LogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

from spansight.privacy.policy import Policy
from spansight.settings import Settings, say
from spansight.telemetry import guard, propagation, standard
from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.loading import Instrumentors
from spansight.telemetry.process import adoption, providers
from spansight.telemetry.process.lifecycle import Duties, Lifecycle
from spansight.telemetry.records import answers, health
from spansight.telemetry.records.content import ContentEvents, HeardCalls
from spansight.telemetry.records.labelling import LabelledEvents, LabelledSpans
from spansight.telemetry.records.ledger import Ledger
from spansight.telemetry.records.openspans import OpenSpans
from spansight.telemetry.records.outbox import EventOutbox, SpanOutbox
from spansight.telemetry.records.processors import GuardedEvents, GuardedSpans

_KEPT: Final = "the application's own {} is kept; Spansight adds its processors to it"
_FOREIGN: Final = "the application's own {} is kept; it takes no processors: nothing is sent"


class Installation:
    """The processors of this process, and the instrumentors that feed them."""

    def __init__(self, settings: Settings, *, exports: bool = True) -> None:
        """Build everything; without exports, a configuration file owns the exporters."""
        self.settings: Final = settings
        self.instrumentors: Final = Instrumentors()
        self._exports: Final = exports
        self._theirs: list[TracerProvider | LoggerProvider] = []
        self._meters: list[MeterProvider] = []
        self._open: Final = OpenSpans()
        policy = Policy.of(settings)
        self._spans: Final = [
            SpanOutbox(exporter, policy=policy, silent=self._is_sent_by_application)
            for exporter in (providers.exporters("TRACES") if exports else ())
        ]
        self._events: Final = [
            EventOutbox(exporter, policy=policy)
            for exporter in (providers.exporters("LOGS") if exports else ())
        ]
        self.ledgers: Final = [outbox.ledger for outbox in (*self._spans, *self._events)]
        self._span_processors: Final[list[SpanProcessor]] = [
            LabelledSpans(settings),
            self._open,
            HeardCalls(),
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
        self._start_traces()
        self._start_logs()
        self._start_metrics()
        propagation.share(self.settings)
        self._lifecycle.watch()

    def flush(self) -> bool:
        """Send what waits; False when the Collector did not take it in time."""
        return self._lifecycle.flush()

    def _start_traces(self) -> None:
        if there := adoption.present("tracer"):
            self._join_traces(there)
            return
        ours = providers.tracer_provider(GuardedSpans(self._span_processors))
        trace.set_tracer_provider(ours)
        adoption.give_way("tracer", self._join_traces)

    def _start_logs(self) -> None:
        if there := adoption.present("logger"):
            self._join_logs(there)
            return
        ours = providers.logger_provider(GuardedEvents(self._event_processors))
        _logs.set_logger_provider(ours)
        adoption.give_way("logger", self._join_logs)

    def _start_metrics(self) -> None:
        """Let the losses be counted; become the global provider only where that is asked for."""
        if not self._exports:
            there = metrics.get_meter_provider()
            health.report(there, [*self.ledgers, answers.ledger])
            if isinstance(there, MeterProvider):
                self._take_over_the_end_of(there)
                self._meters.append(there)
            return
        ours = providers.meter_provider()
        health.report(ours, [*self.ledgers, answers.ledger])
        self._meters.append(ours)
        if standard.METRICS_EXPORTER in os.environ and not adoption.present("meter"):
            metrics.set_meter_provider(ours)
            adoption.give_way("meter", lambda _: None)

    def _join_traces(self, provider: object) -> None:
        if not isinstance(provider, TracerProvider):
            say(_FOREIGN.format("TracerProvider"))
        else:
            self._greet(provider, "TracerProvider")
            provider.add_span_processor(GuardedSpans(self._span_processors))
            self._theirs.append(provider)
        self.instrumentors.reload()

    def _join_logs(self, provider: object) -> None:
        if not isinstance(provider, LoggerProvider):
            say(_FOREIGN.format("LoggerProvider"))
        else:
            self._greet(provider, "LoggerProvider")
            provider.add_log_record_processor(GuardedEvents(self._event_processors))
            self._theirs.append(provider)
        self.instrumentors.reload()

    def _greet(self, provider: TracerProvider | LoggerProvider, name: str) -> None:
        if self._exports:
            say(_KEPT.format(name))
        else:
            self._take_over_the_end_of(provider)

    @staticmethod
    def _take_over_the_end_of(provider: TracerProvider | LoggerProvider | MeterProvider) -> None:
        """Flush a provider of the file at exit, as ours, where it would wait without a bound."""
        atexit.unregister(provider.shutdown)

    def _is_sent_by_application(self) -> bool:
        return any(
            adoption.sends_to(provider, outbox.endpoint)
            for provider in self._theirs
            if isinstance(provider, TracerProvider)
            for outbox in self._spans
        )

    def _flush(self) -> None:
        with Guard("evaluation before a flush"):
            answers.finish()
        # Theirs last: a provider that the application has shut down stops at its first processor.
        for one in (*self._spans, *self._events, *self._theirs, *self._meters):
            with Guard("flush"):
                one.force_flush()

    def _after_fork(self) -> None:
        self._open.forget()
        guard.forget()
        answers.after_fork()
        for outbox in (*self._spans, *self._events):
            outbox.forget()

    def _report(self) -> None:
        if lost := [_lost(ledger) for ledger in self.ledgers if ledger.missing]:
            say(f"{' and '.join(lost)} did not reach the Collector")


def _lost(ledger: Ledger) -> str:
    return f"{ledger.missing} of {ledger.ended} {ledger.signal}"


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
