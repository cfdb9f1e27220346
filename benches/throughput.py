"""What the whole native stack takes: a steady rate of calls, every one of them counted afterwards.

Collector, Tempo, Loki, Prometheus and Alertmanager run as real processes with the shipped files.
While calls come in, a few are asked for by trace id until Tempo has them, and the counter of calls
is read until Prometheus has as many: how long either takes is what a person at a dashboard waits.
At the end Tempo is asked how many spans it has of each hundredth of the run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import paced_sender
from paced_sender import BLOCK, BLOCKS, SPANS_A_REQUEST
from processes import Process
from rich.console import Console
from rich.table import Table
from watch import Delay, Taken, Watch, wait

from spansight.stack.native import NativeStack
from spansight.stack.ports import Ports
from spansight.stores.http import get_json

SERVERS: Final = ("prometheus", "alertmanager", "loki", "tempo", "collector")
CONNECTIONS: Final = 4


@dataclass(frozen=True, slots=True)
class Usage:
    """What one server used."""

    server: str
    cpu_s: float
    cores: float
    """Of one core, while calls came in."""
    peak_mib: int
    disk_mib: int


@dataclass(frozen=True, slots=True)
class Found:
    """All of it."""

    rate: int
    seconds: int
    sent: int
    repeated: int
    behind_s: float
    """How late the sender was at worst: more than a little, and the rate was not kept."""
    lost: int
    duplicated: int
    counted: int
    """Calls by Prometheus' counter."""
    trace: Delay
    counter: Delay
    usage: tuple[Usage, ...]
    load: tuple[float, ...]
    """The machine's load averages, before and after."""


def measure(stack: NativeStack, folder: Path, rate: int, seconds: int) -> Found:
    """Send, wait until all has arrived, and count."""
    load = os.getloadavg()[:1]
    servers = {name: Process(pid) for name, pid in stack.state.pids.items()}
    before_s = {name: process.cpu_s() for name, process in servers.items()}
    watch = Watch(stack)
    began = time.monotonic()
    try:
        with sender(stack.endpoints.otlp_http, rate, seconds) as lines:
            taken = _follow(lines, watch)
        took_s = time.monotonic() - began
        usage = tuple(
            _usage(name, each, each.cpu_s() - before_s[name], took_s, folder)
            for name, each in servers.items()
        )
        trace, counter = watch.trace_delays(), watch.counter_delays(taken)
    finally:
        watch.stop()
    lost, duplicated = _missing(stack.endpoints.tempo, taken)
    started = min(each.ended - each.number * SPANS_A_REQUEST / rate for each in taken)
    return Found(
        rate=rate,
        seconds=seconds,
        sent=len(taken) * SPANS_A_REQUEST,
        repeated=sum(each.times - 1 for each in taken),
        behind_s=round(
            max(each.ended - started - each.number * SPANS_A_REQUEST / rate for each in taken), 2
        ),
        lost=lost,
        duplicated=duplicated,
        counted=watch.counted(),
        trace=Delay.of(trace),
        counter=Delay.of(counter),
        usage=usage,
        load=(*load, *os.getloadavg()[:1]),
    )


@contextmanager
def sender(url: str, rate: int, seconds: int) -> Generator[subprocess.Popen[str]]:
    """Run the sender; it ends with the block."""
    process = subprocess.Popen(
        [sys.executable, paced_sender.__file__, url, *map(str, (rate, seconds, CONNECTIONS))],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _follow(process: subprocess.Popen[str], watch: Watch) -> list[Taken]:
    taken: list[Taken] = []
    for line in process.stdout or ():
        number, ended, at, times = line.split()
        taken.append(Taken(int(number), float(ended), float(at), int(times)))
        watch.saw(taken[-1])
    if process.wait():
        raise SystemExit(f"the sender ended with {process.returncode}")
    return taken


def _missing(tempo: str, taken: list[Taken]) -> tuple[int, int]:
    """Return how many spans Tempo lacks and how many it has twice, over the parts of the run."""
    wanted = dict.fromkeys(map(paced_sender.block, range(BLOCKS)), 0)
    for each in taken:
        wanted[paced_sender.block_of(each.number, len(taken))] += SPANS_A_REQUEST
    start, end = min(each.ended for each in taken), max(each.ended for each in taken)
    found: dict[str, int] = {}

    def is_all() -> bool:
        found.clear()
        found.update(_stored(tempo, start, end))
        return all(found.get(name, 0) >= count for name, count in wanted.items())

    wait(is_all)
    differences = [found.get(name, 0) - count for name, count in wanted.items()]
    return -sum(min(0, each) for each in differences), sum(max(0, each) for each in differences)


def _stored(tempo: str, start: float, end: float) -> Mapping[str, int]:
    parameters = {
        "q": f'{{ resource.service.name = "shop" }} | count_over_time() by (span.{BLOCK})',
        "start": int(start) - 60,
        "end": int(end) + 60,
        "step": "60s",
    }
    answer: dict[str, Any] = get_json("Tempo", tempo, "/api/metrics/query_range", parameters)
    return {
        series["labels"][0]["value"]["stringValue"]: round(
            sum(sample.get("value", 0) for sample in series["samples"])
        )
        for series in answer.get("series") or ()
    }


def _usage(name: str, process: Process, cpu_s: float, took_s: float, folder: Path) -> Usage:
    files = (folder / "data" / name).rglob("*")
    return Usage(
        server=name,
        cpu_s=round(cpu_s, 1),
        cores=round(cpu_s / took_s, 2),
        peak_mib=process.peak_mib(),
        disk_mib=sum(file.stat().st_blocks * 512 for file in files if file.is_file()) >> 20,
    )


def rendered(found: Found) -> Table:
    """Return the table that people read."""
    table = Table(
        title=f"{found.rate:,} calls a second for {found.seconds} s: {found.sent:,} spans sent, "
        f"{found.lost:,} lost, {found.duplicated:,} twice; {found.counted:,} counted",
        title_justify="left",
        caption=f"queryable after (s): trace {found.trace.p50:.1f}, p99 {found.trace.p99:.1f}; "
        f"counter {found.counter.p50:.1f}, p99 {found.counter.p99:.1f}\n"
        f"sender late by {found.behind_s:.1f} s at most, {found.repeated} requests sent again; "
        f"load {found.load[0]:.1f} before, {found.load[1]:.1f} after, of {os.cpu_count()} cores",
        caption_justify="left",
    )
    table.add_column("server")
    for heading in ("CPU s", "cores", "peak", "on disk"):
        table.add_column(heading, justify="right")
    for each in found.usage:
        table.add_row(
            each.server,
            f"{each.cpu_s:,.1f}",
            f"{each.cores:.2f}",
            f"{each.peak_mib} MiB",
            f"{each.disk_mib} MiB",
        )
    return table


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--rate", type=int, default=2_000, help="calls a second: %(default)s")
    parser.add_argument("--minutes", type=float, default=1, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="for programs")
    arguments = parser.parse_args()
    progress = Console(stderr=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        NativeStack(Path(folder), ports=Ports.free(), servers=SERVERS) as stack,
        progress.status(f"{arguments.rate:,} calls a second"),
    ):
        found = measure(stack, Path(folder), arguments.rate, round(arguments.minutes * 60))
    if arguments.json:
        print(json.dumps(asdict(found), indent=2))
    else:
        Console().print(rendered(found))


if __name__ == "__main__":
    main()
