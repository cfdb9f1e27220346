"""One synthetic call, followed from the process that makes it to every store."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from spansight.conventions import attributes, events, labels, metrics
from spansight.errors import ConfigError, StoreUnavailable
from spansight.live.findings import Finding, eventually
from spansight.stores.endpoints import Endpoints
from spansight.stores.grafana import Grafana
from spansight.stores.http import answers
from spansight.stores.loki import Loki
from spansight.stores.prometheus import Prometheus
from spansight.stores.tempo import Tempo
from spansight.telemetry import synthetic
from spansight.telemetry.distro import CONFIG_FILE
from spansight.telemetry.standard import EXPORTER_GROUPS

_CHILD_TIMEOUT_S: Final = 30.0
_STORE_WAIT_S: Final = 30.0
_SCRAPE_WAIT_S: Final = 50.0
"""Two scrapes of 15 s, the connector's flush, and slack for a busy machine."""

_CALL: Final = (sys.executable, "-m", synthetic.__name__)
_DOCTOR: Final = f'{{{labels.SERVICE}="{attributes.SYNTHETIC_SERVICE}"}}'
_SEE_LOG: Final = "see the Collector's log (spansight status says where)"


@dataclass(slots=True)
class Journey:
    """The call that is followed; the trace id is empty until it was made."""

    endpoints: Endpoints
    rules: frozenset[str]
    """Names of the rules that Prometheus should have loaded."""
    trace_id: str = ""
    started: float = field(default_factory=time.time)
    counted_before: float = 0.0


def follow(endpoints: Endpoints, rules: frozenset[str]) -> Iterator[Finding]:
    """Yield one finding a hop, in the order of the flow.

    After a hop that the call did not pass, the hops that depend on it are skipped, not waited for.
    """
    journey = Journey(endpoints, rules)
    broken = ""
    for name, check, needs_call in _HOPS:
        if broken and needs_call:
            yield Finding(name, "skipped", f"not tried: the call did not pass {broken!r}")
            continue
        try:
            finding = check(name, journey)
        except StoreUnavailable as error:
            finding = Finding(name, "unreachable", str(error), "spansight up")
        except ConfigError as refused:
            fix = "does another server hold that port? (spansight status)"
            finding = Finding(name, "failed", str(refused), fix)
        if finding.outcome in {"failed", "unreachable"} and name in _ON_THE_WAY:
            broken = broken or name
        yield finding


def _instrumentation(hop: str, journey: Journey) -> Finding:
    # What is wrong with Prometheus is for its own hop to say.
    with suppress(StoreUnavailable, ConfigError):
        journey.counted_before = _counted(journey)
    journey.started = time.time()
    try:
        child = subprocess.run(
            [sys.executable, "-m", "spansight.cli", "run", *_CALL],
            env=environment(journey.endpoints.otlp_http),
            capture_output=True,
            text=True,
            timeout=_CHILD_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        alone = f"see what it waits for: spansight run {' '.join(_CALL)}"
        return Finding(hop, "failed", f"no end within {_CHILD_TIMEOUT_S:.0f} s", alone)
    journey.trace_id = trace_id(child.stdout)
    if not journey.trace_id:
        detail = " ".join(child.stderr.split())[-300:] or "no SDK records spans"
        return Finding(hop, "failed", detail, "unset OTEL_SDK_DISABLED and OTEL_TRACES_SAMPLER")
    return Finding(hop, "ok", f"one synthetic call, trace {journey.trace_id}")


def environment(otlp: str) -> dict[str, str]:
    """Return this environment with the stack as the only place to send to."""
    elsewhere = ("OTEL_EXPORTER_OTLP_", *EXPORTER_GROUPS, CONFIG_FILE)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(elsewhere)}
    return kept | {
        "OTEL_SERVICE_NAME": attributes.SYNTHETIC_SERVICE,
        "OTEL_EXPORTER_OTLP_ENDPOINT": otlp,
    }


def trace_id(output: str) -> str:
    """Find the trace id in what the synthetic call printed; start-up files may print lines too."""
    for line in reversed(output.splitlines()):
        with suppress(ValueError, TypeError, KeyError):
            return str(json.loads(line)["trace_id"])
    return ""


def _collector(hop: str, journey: Journey) -> Finding:
    endpoints = journey.endpoints
    if not answers("the Collector", endpoints.collector_health, "/"):
        detail = f"nothing healthy answers at {endpoints.collector_health}"
        return Finding(hop, "unreachable", detail, "spansight up, or read the Collector's log")
    return Finding(hop, "ok", f"healthy, receives OTLP at {endpoints.otlp_http}")


def _tempo(hop: str, journey: Journey) -> Finding:
    tempo = Tempo(journey.endpoints.tempo)
    spans = eventually(lambda: tempo.trace(journey.trace_id), within_s=_STORE_WAIT_S)
    if not spans:
        detail = f"no trace {journey.trace_id} within {_STORE_WAIT_S:.0f} s"
        return Finding(hop, "failed", detail, _SEE_LOG)
    cost = spans[0].attributes.get(attributes.COST_STATUS, "no cost status")
    return Finding(hop, "ok", f"has the trace; the Collector priced it as {cost!r}")


def _loki(hop: str, journey: Journey) -> Finding:
    loki = Loki(journey.endpoints.loki)
    query = f'{{service_name="{attributes.SYNTHETIC_SERVICE}"}} | trace_id="{journey.trace_id}"'

    def found() -> list[str]:
        lines = loki.lines(query, start=journey.started - 60, end=time.time() + 60)
        return [line.labels.get(attributes.EVENT_NAME, "") for line in lines]

    names = eventually(found, within_s=_STORE_WAIT_S)
    if events.EVALUATION not in names:
        detail = f"no event of trace {journey.trace_id} within {_STORE_WAIT_S:.0f} s"
        return Finding(hop, "failed", detail, _SEE_LOG)
    return Finding(hop, "ok", f"has the event {events.EVALUATION}, joined by trace id")


def _prometheus(hop: str, journey: Journey) -> Finding:
    def counted() -> bool:
        # Less than before is one more too: the counters of a new Collector start at 0.
        return _counted(journey) not in {0.0, journey.counted_before}

    if not eventually(counted, within_s=_SCRAPE_WAIT_S, every_s=1):
        detail = f"{metrics.REQUEST.prometheus}{_DOCTOR} did not grow within two scrapes"
        return Finding(hop, "failed", detail, "is the target 'spansight' up? (Status, Targets)")
    return Finding(hop, "ok", f"{metrics.REQUEST.prometheus} counted the call")


def _rules(hop: str, journey: Journey) -> Finding:
    loaded = Prometheus(journey.endpoints.prometheus).rules()
    missing = sorted(journey.rules - loaded.keys())
    broken = sorted(name for name, health in loaded.items() if health == "err")
    if missing or broken:
        detail = f"missing: {', '.join(missing) or '-'}; failing: {', '.join(broken) or '-'}"
        return Finding(hop, "failed", detail, "mount prometheus/rules and reload Prometheus")
    return Finding(hop, "ok", f"{len(loaded)} loaded, none failing")


def _exemplar(hop: str, journey: Journey) -> Finding:
    prometheus = Prometheus(journey.endpoints.prometheus)
    selector = f"{metrics.LATENCY.bucket}{_DOCTOR}"

    def led() -> bool:
        found = prometheus.exemplars(selector, start=journey.started - 60, end=time.time() + 60)
        return any(exemplar.labels.get("trace_id") == journey.trace_id for exemplar in found)

    if not eventually(led, within_s=_STORE_WAIT_S, every_s=1):
        fix = "start Prometheus with --enable-feature=exemplar-storage"
        return Finding(hop, "failed", "the latency histogram does not lead to the trace", fix)
    return Finding(hop, "ok", "the latency histogram leads to the trace")


def _grafana(hop: str, journey: Journey) -> Finding:
    url = journey.endpoints.grafana
    if url is None:
        detail = "this stack runs without Grafana: no dashboards to look at"
        return Finding(hop, "skipped", detail, "install Grafana or set SPANSIGHT_GRAFANA")
    version = Grafana(url).version()
    return Finding(hop, "ok", f"version {version} answers at {url}")


def _counted(journey: Journey) -> float:
    total = f"sum({metrics.REQUEST.prometheus}{_DOCTOR})"
    return Prometheus(journey.endpoints.prometheus).value(total) or 0.0


_HOPS: Final[tuple[tuple[str, Callable[[str, Journey], Finding], bool], ...]] = (
    ("instrumentation", _instrumentation, False),
    ("Collector", _collector, False),
    ("Tempo", _tempo, True),
    ("Loki", _loki, True),
    ("Prometheus", _prometheus, True),
    ("rules", _rules, False),
    ("exemplar", _exemplar, True),
    ("Grafana", _grafana, False),
)
"""Name, check, and whether it looks for the call."""

_ON_THE_WAY: Final = frozenset({"instrumentation", "Collector"})
