"""What each stage of the Collector costs: the CPU time of its process for one span or event.

One Collector a stage runs the shipped files as far as that stage, on one core, with the shipped
queue on disk behind it.  All get the same requests in turn, round after round, so that a busy
machine slows them alike.  The first one runs twice: what those two differ by is noise.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final, cast

import yaml
from collectors import FILES, Collector, collector, sink
from rich.console import Console
from rich.table import Table
from telemetry_load import LOADS, Load

CHAIN: Final = (
    "memory_limiter",
    "transform/normalise",
    "filter/events",
    "transform/privacy",
    "transform/cost",
)
STAGES: Final = {
    "nothing": 1,
    "nothing, again": 1,
    "+ normalise": 3,
    "+ privacy": 4,
    "+ cost": 5,
    "+ metrics (all of it)": 6,
}
"""How many of the chain each Collector runs; one more is the metrics branch."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one span or event costs up to a stage."""

    load: str
    stage: str
    cpu_us: float
    ratio: float
    """To a Collector that does nothing with it."""
    low: float
    high: float
    peak_mib: int

    @property
    def per_core(self) -> float:
        """How many a second one core could take."""
        return 1e6 / self.cpu_us


def configuration(stages: int) -> dict[str, Any]:
    """Return the shipped configuration, cut behind a stage."""
    merged: dict[str, Any] = {}
    for file in FILES:
        _merge(merged, yaml.safe_load(file.read_text(encoding="utf-8")))
    if stages > len(CHAIN):
        return merged
    pipelines = merged["service"]["pipelines"]
    kept = CHAIN[:stages]
    merged["service"]["pipelines"] = {
        signal: {
            "receivers": pipelines[signal]["receivers"],
            "processors": [name for name in kept if name in pipelines[signal]["processors"]],
            "exporters": [store],
        }
        for signal, store in (("traces", "otlp_http/tempo"), ("logs", "otlp_http/loki"))
    }
    merged["connectors"] = {}
    return merged


def _merge(into: dict[str, Any], other: Mapping[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], cast("dict[str, Any]", value))
        else:
            into[key] = value


def measure(load: Load, running: Mapping[str, Collector], rounds: int) -> Iterator[Cost]:
    """Send one load to every Collector, round after round."""
    spent: dict[str, list[float]] = {stage: [] for stage in running}
    for number in range(rounds + 1):
        for stage, each in running.items():
            cpu_s = each.cpu_s_for(load)
            if number:  # the first round only warms up
                spent[stage].append(cpu_s / load.items * 1e6)
    base = next(iter(spent.values()))
    for stage, costs in spent.items():
        ratios = [cost / without for cost, without in zip(costs, base, strict=True)]
        yield Cost(
            load=load.name,
            stage=stage,
            cpu_us=round(statistics.median(costs), 1),
            ratio=round(statistics.median(ratios), 2),
            low=round(min(ratios), 2),
            high=round(max(ratios), 2),
            peak_mib=running[stage].process.peak_mib(),
        )


def rendered(costs: list[Cost]) -> Table:
    """Return the table that people read."""
    table = Table(title="CPU of the Collector for one span or event", title_justify="left")
    table.add_column("up to", no_wrap=True)
    for heading in ("µs", "ratio", "spread", "per core", "peak"):
        table.add_column(heading, justify="right", no_wrap=True)
    for load, stages in groupby(costs, key=lambda cost: cost.load):
        table.add_section()
        table.add_row(f"[bold]{load}[/]")
        for cost in stages:
            table.add_row(
                cost.stage,
                f"{cost.cpu_us:,.1f}",
                f"{cost.ratio:.2f}",
                f"{cost.low:.1f} to {cost.high:.1f}",
                f"{cost.per_core:,.0f}/s",
                f"{cost.peak_mib} MiB",
            )
    return table


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="for programs")
    arguments = parser.parse_args()
    progress = Console(stderr=True)
    costs: list[Cost] = []
    with tempfile.TemporaryDirectory() as folder, sink() as store, ExitStack() as stack:
        running = {
            stage: stack.enter_context(
                collector(Path(folder) / str(number), store, configuration(stages))
            )
            for number, (stage, stages) in enumerate(STAGES.items())
        }
        for load in LOADS:
            with progress.status(f"{load.name}: {len(STAGES)} Collectors in turn"):
                costs += measure(load, running, arguments.rounds)
    if arguments.json:
        print(json.dumps([{**_plain(cost), "per_core": cost.per_core} for cost in costs], indent=2))
    else:
        Console().print(rendered(costs))


def _plain(cost: Cost) -> dict[str, object]:
    return {name: getattr(cost, name) for name in cost.__slots__}


if __name__ == "__main__":
    main()
