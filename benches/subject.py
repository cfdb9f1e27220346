"""Measure one subject in its environment, and answer as JSON: `python benches/subject.py NAME`."""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import harness
import openai
import workload
from openai import _base_client  # pyright: ignore[reportPrivateUsage] - where others put theirs
from openai.resources.chat import completions
from subjects import SUBJECTS, Subject

EXPORTS: Final = 3
EXPORTED: Final = 200
"""Calls whose export is timed together."""
IDLE_S: Final = 2.0

PATCHED: Final[tuple[type, ...]] = (
    completions.Completions,
    completions.AsyncCompletions,
    openai.OpenAI,
    openai.AsyncOpenAI,
    _base_client.SyncAPIClient,
    _base_client.AsyncAPIClient,
    openai.Stream,
    openai.AsyncStream,
)
"""Where instrumentation of the client puts itself."""

_ABSENT: Final = object()


class Switch:
    """Puts the client's own methods back in place, and the instrumented ones again."""

    def __init__(self, before: list[dict[str, Any]]) -> None:
        """Compare the classes with what they were."""
        self._changed: Final = [
            (cls, name, was.get(name, _ABSENT), value)
            for cls, was in zip(PATCHED, before, strict=True)
            for name, value in vars(cls).items()
            if was.get(name, _ABSENT) is not value and not name.startswith("__")
        ]

    def __call__(self, on: bool) -> None:  # noqa: FBT001 - what it is for
        """Switch."""
        for cls, name, without, with_it in self._changed:
            value = with_it if on else without
            if value is not _ABSENT:
                setattr(cls, name, value)
            elif name in vars(cls):
                delattr(cls, name)


def switch_on(subject: Subject, clients: workload.Clients) -> Callable[[], object]:
    """Start observing, and return what sends all that waits."""
    if subject.kind == "spansight":
        spansight = import_module("spansight")
        spansight.instrument()
        return import_module("spansight.telemetry.process.installation").current().flush
    module, _, name = subject.target.partition(":")
    if subject.kind == "instrumentor":
        provider = _provider()
        getattr(import_module(module), name)().instrument(tracer_provider=provider)
        return provider.force_flush
    if subject.kind == "module":
        import_module(module)
        return lambda: import_module("langfuse").get_client().flush()
    track = getattr(import_module(module), name)
    clients.sync, clients.awaited = track(clients.sync), track(clients.awaited)
    return import_module("opik").flush_tracker


def _provider() -> Any:  # noqa: ANN401 - of an environment that the type checker does not see
    """Set OpenTelemetry up as its documentation does."""
    exporter = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    sdk = import_module("opentelemetry.sdk.trace")
    export = import_module("opentelemetry.sdk.trace.export")
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.BatchSpanProcessor(exporter.OTLPSpanExporter()))
    return provider


def export_us(action: harness.Action, flush: Callable[[], object]) -> float:
    """Return the CPU time a call that other threads and the flush take, the best of a few."""
    best = float("inf")
    for _ in range(EXPORTS):
        flush()
        started, calling = time.process_time(), time.thread_time()
        for _ in range(EXPORTED):
            action()
        calling = time.thread_time() - calling
        flush()
        best = min(best, time.process_time() - started - calling)
    return best / EXPORTED * 1e6


def idle_ms() -> float:
    """Return the CPU time that doing nothing takes, in ms a second."""
    started = time.process_time()
    time.sleep(IDLE_S)
    return (time.process_time() - started) / IDLE_S * 1e3


def switched_on_ms(subject: Subject, clients: workload.Clients) -> float:
    """Return the CPU time that switching on takes, imports included."""
    started = time.process_time()
    switch_on(subject, clients)
    return (time.process_time() - started) * 1e3


def measured(subject: Subject) -> dict[str, object]:
    """Return every measurement of a subject that is switched on."""
    loop = asyncio.new_event_loop()
    plain, observed = workload.Clients(), workload.Clients()
    before = [dict(vars(cls)) for cls in PATCHED]
    flush = switch_on(subject, observed)
    switch = Switch(before)
    without, with_it = plain.actions(loop), observed.actions(loop)
    added: dict[str, object] = {}
    made = 0
    for kind in workload.KINDS:
        plan = harness.STREAMS if kind.endswith("stream") else harness.CALLS
        added[kind] = harness.compare(without[kind], with_it[kind], switch, plan).as_json()
        made += plan.rounds * (plan.actions + 1)
        flush()
    switch(True)
    exported = export_us(with_it["call"], flush)
    return {
        "added": added,
        "export_us": round(exported, 1),
        "idle_ms": round(idle_ms(), 2),
        "made": made + EXPORTS * EXPORTED,
    }


def main(name: str, question: str = "all") -> None:
    """Print the answer about one subject as JSON."""
    (subject,) = [one for one in SUBJECTS if one.name == name]
    if question == "switch-on":
        print(switched_on_ms(subject, workload.Clients()))
    else:
        print(json.dumps(measured(subject)))


if __name__ == "__main__":
    main(*sys.argv[1:])
