"""The matrix, run three times: without instrumentation, and with either instrumentor."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from spansight.conventions import attributes
from spansight.demo.provider import Call, Provider
from support.otlp_sink import Event, Sink, Span, tree
from support.processes import Finished, environment, run

PROGRAM: Final = Path(__file__).with_name("matrix.py")

VOLATILE: Final = (attributes.RESPONSE_ID, attributes.SERVER_PORT, attributes.TIME_TO_FIRST_CHUNK)


@dataclass(frozen=True, slots=True)
class Matrix:
    """What one run of the program printed, sent, and asked the provider for."""

    done: Finished
    said: Mapping[str, list[str]]
    """Case → what the application saw."""
    spans: tuple[Span, ...]
    events: tuple[Event, ...]
    calls: tuple[Call, ...]

    def calls_of(self, case: str) -> list[Span]:
        """Return the spans of the calls that a case made."""
        (root,) = [span for span in self.spans if span.name == case]
        return [span for span in self.spans if span.parent_id == root.span_id]

    def call(self, case: str) -> Span:
        """Return the one span that a case's one call is."""
        (span,) = self.calls_of(case)
        return span

    def shown(self, case: str) -> dict[str, Any]:
        """Return the tree of a call, without what is never twice the same."""
        span = self.call(case)
        values = {k: v for k, v in span.attributes.items() if k not in VOLATILE}
        timed = attributes.TIME_TO_FIRST_CHUNK in span.attributes
        shown = {**tree(self.spans, span), "attributes": values}
        return shown | ({"timed": True} if timed else {})

    def same(self, api: str, *ways: str) -> dict[str, Any]:
        """Return the one tree that all these ways of asking share, in both modes."""
        first, *others = [
            self.shown(case)
            for case in self.said
            if case.split(", ")[0] == api and case.split(", ")[1] in ways
        ]
        for other in others:
            assert other == first
        return first


Run = Callable[..., Matrix]


def run_matrix(*cases: str, **variables: str) -> Matrix:
    """Run the program on servers of its own: all cases, or those whose names begin so."""
    with Provider(dated=True) as provider, Sink() as sink:
        told = {"OTEL_EXPORTER_OTLP_ENDPOINT": sink.url, "PROVIDER": provider.root}
        done = run(
            [sys.executable, PROGRAM, *cases], environment(**told, **variables), within_s=480
        )
        lines = [json.loads(line) for line in done.output.splitlines()]
        return Matrix(
            done,
            {line["case"]: line["said"] for line in lines},
            tuple(sink.spans),
            tuple(sink.events),
            tuple(provider.calls),
        )


@pytest.fixture(scope="session")
def ran() -> Run:
    """Return what runs the program, on chosen cases and with chosen variables."""
    return run_matrix


@pytest.fixture(scope="session")
def matrices() -> Iterator[Mapping[str, Matrix]]:
    """Yield the three runs; they take place side by side, for most of their time is waiting."""
    told = {"SPANSIGHT_ENABLED": "true", "SPANSIGHT_CAPTURE_CONTENT": "true"}
    with ThreadPoolExecutor() as threads:
        bare = threads.submit(run_matrix)
        runs = {
            name: threads.submit(run_matrix, SPANSIGHT_INSTRUMENTOR=name, **told)
            for name in ("official", "openllmetry")
        }
        yield {"bare": bare.result(), **{name: run.result() for name, run in runs.items()}}


@pytest.fixture(scope="session")
def bare(matrices: Mapping[str, Matrix]) -> Matrix:
    """Return the run without instrumentation."""
    return matrices["bare"]


@pytest.fixture(scope="session", params=["official", "openllmetry"])
def either(request: pytest.FixtureRequest, matrices: Mapping[str, Matrix]) -> Matrix:
    """Return the run with an instrumentor."""
    return matrices[request.param]
