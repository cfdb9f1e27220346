"""`spansight worker`: the jobs that run by the clock, or one of them now."""

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from spansight.cli import FINDINGS, FINE
from spansight.cli.judging import priced
from spansight.errors import ConfigError
from spansight.stack import state
from spansight.telemetry.distro import instrument, uninstrument
from spansight.telemetry.process import providers
from spansight.worker import config, health
from spansight.worker.jobs import Job, Stop
from spansight.worker.service import Service, told, watch
from spansight.worker.status import Status, status

_SERVICE: Final = "spansight-worker"


def configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action", nargs="?", choices=["status"], help="show the last run of each job"
    )
    parser.add_argument(
        "--config",
        type=Path,
        default=Path("worker.yaml"),
        metavar="FILE",
        help="the file of jobs (default: %(default)s)",
    )
    parser.add_argument("--once", metavar="JOB", help="run this job now, due or not, and exit")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON document instead, with status"
    )


def main(arguments: Namespace) -> int:
    jobs = config.jobs(arguments.config, state.endpoints(), priced)
    if arguments.action:
        return _status(jobs, as_json=arguments.json)
    os.environ.setdefault("OTEL_SERVICE_NAME", _SERVICE)
    instrument()
    meters = providers.meter_provider()
    health.report(meters, jobs)
    try:
        return _once(jobs, arguments.once) if arguments.once else _run(jobs)
    finally:
        meters.shutdown()
        uninstrument()


def _run(jobs: Sequence[Job]) -> int:
    Service(jobs, _say).run()
    return FINE


def _once(jobs: Sequence[Job], name: str) -> int:
    chosen = next((job for job in jobs if job.name == name), None)
    if chosen is None:
        known = ", ".join(job.name for job in jobs)
        raise ConfigError(f"no job {name!r}; expected one of {known}")
    stop = Stop()
    watch(stop)
    outcome = chosen.run(stop, forced=True)
    _say(told(chosen, outcome))
    return FINE if outcome == "success" else FINDINGS


def _status(jobs: Sequence[Job], *, as_json: bool) -> int:
    states = [status(job) for job in jobs]
    if as_json:
        print(json.dumps([asdict(one) for one in states], indent=2))
    else:
        _show(states)
    return FINE if all(one.health == "fine" for one in states) else FINDINGS


def _show(states: Sequence[Status]) -> None:
    table = Table(
        "job", "due", "next", "last success", "took", "runs", "", box=None, pad_edge=False
    )
    for one in states:
        took = "" if one.duration_s is None else f"{one.duration_s:.1f} s"
        runs = f"{one.successes}, {one.failures} failed"
        last = _local(one.last_success) or "never"
        now = "running" if one.running else one.health
        table.add_row(one.job, one.schedule, _local(one.next), last, took, runs, now)
    console = Console(highlight=False)
    console.print(table)
    for one in states:
        if line := one.error or one.said:
            console.print(f"{one.job}: {escape(line)}", soft_wrap=True)


def _local(iso: str | None) -> str:
    if iso is None:
        return ""
    return f"{datetime.fromisoformat(iso).astimezone():%Y-%m-%d %H:%M}"


def _say(line: str) -> None:
    print(f"{datetime.now(UTC).isoformat(timespec='seconds')} {line}", flush=True)
