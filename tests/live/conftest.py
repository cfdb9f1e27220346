"""One stack of real servers, and one run of the demo's programs through it, for all live tests."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from spansight.conventions import metrics
from spansight.demo.programs import Program, programs, reply
from spansight.demo.provider import Provider
from spansight.live.findings import eventually
from spansight.stack import files
from spansight.stack.native import NativeStack
from spansight.stack.ports import Ports
from spansight.stores.loki import Loki
from spansight.stores.prometheus import Prometheus
from spansight.stores.tempo import Tempo
from support.traffic import Traffic

QUESTIONS = 12
SCRAPES_S = 60


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the live tests side by side, where the random order puts the first of them.

    What they look at is of a quarter of an hour: boards have a window, series go stale.
    """
    here = Path(__file__).parent
    live = [item for item in items if item.path.is_relative_to(here)]
    if live:
        first = items.index(live[0])
        others = [item for item in items if not item.path.is_relative_to(here)]
        items[:] = [*others[:first], *live, *others[first:]]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NativeStack]:
    with NativeStack(tmp_path_factory.mktemp("stack"), ports=Ports.free()) as running:
        yield running


@pytest.fixture(scope="session")
def prometheus(stack: NativeStack) -> Prometheus:
    return Prometheus(stack.endpoints.prometheus)


@pytest.fixture(scope="session")
def tempo(stack: NativeStack) -> Tempo:
    return Tempo(stack.endpoints.tempo)


@pytest.fixture(scope="session")
def loki(stack: NativeStack) -> Loki:
    return Loki(stack.endpoints.loki)


@pytest.fixture(scope="session")
def traffic(stack: NativeStack, prometheus: Prometheus) -> Traffic:
    """Run both scripted programs to their end and wait until every call is counted."""
    started = time.time()
    examples = files.root() / "examples"
    with Provider(reply, dated=True, seconds_per_token=0.002) as provider:
        wanted = programs(examples, provider, otlp=stack.endpoints.otlp_http, seconds=120)
        output = "".join(finished(program) for program in wanted)
    calls = tuple(provider.calls)
    wanted_total = len(calls)

    def all_counted() -> bool:
        return prometheus.value(f"sum({metrics.REQUEST.prometheus})") == wanted_total

    assert eventually(all_counted, within_s=SCRAPES_S, every_s=1), (
        prometheus.query(f"sum by (service, model)({metrics.REQUEST.prometheus})"),
        wanted_total,
        output,
    )
    return Traffic(calls, started, output)


def finished(program: Program) -> str:
    """Run one program of the demo, bounded in count, and return what it said."""
    command = [*program.command]
    once = ["--count", str(QUESTIONS)] if "--seconds" in command else ["--rounds", "1"]
    command += [*once, "--pause", "0"]
    child = subprocess.run(
        command, env=program.environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert child.returncode == 0, child.stderr
    return child.stdout + child.stderr


@pytest.fixture(scope="session")
def trace_of(tempo: Tempo, traffic: Traffic) -> Callable[[str], str]:
    """Return a function that finds one trace by TraceQL, waiting for it."""

    def find(traceql: str) -> str:
        def found() -> list[str]:
            return tempo.search(traceql, start=traffic.started - 60, end=time.time() + 60)

        ids = eventually(found, within_s=60, every_s=1)
        assert ids, f"no trace matches {traceql}"
        return ids[0]

    return find


@pytest.fixture(scope="session")
def dashboards() -> Path:
    return files.root() / "grafana" / "dashboards"
