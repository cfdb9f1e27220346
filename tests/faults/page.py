"""The page that tells what is lost when, from the outcomes of runs that are committed beside it."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from faults.oracle import Outcome
from faults.table import FAULTS, Fault

RESULTS: Final = Path(__file__).with_name("results.json")
PROSE: Final = Path(__file__).with_suffix(".md")
PAGE: Final = Path(__file__).parents[2] / "docs" / "reliability.md"

_HEAD: Final = (
    "when",
    "for",
    "sent",
    "lost",
    "counted",
    "twice",
    "metrics",
    "all there after",
    "memory",
    "queue",
)


def stored() -> dict[str, Any]:
    """Return the results, by fault."""
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}


def store(outcomes: Iterable[Outcome], *, machine: str, date: str) -> None:
    """Put outcomes beside the results of other faults."""
    results = stored()
    results |= {
        outcome.fault: {"machine": machine, "date": date, "outcome": outcome.as_dict()}
        for outcome in outcomes
    }
    known = {fault.name: results[fault.name] for fault in FAULTS if fault.name in results}
    RESULTS.write_text(json.dumps(known, indent=1) + "\n", "utf-8")


def text(results: dict[str, Any]) -> str:
    """Return the page."""
    rows = [(fault, results[fault.name]) for fault in FAULTS if fault.name in results]
    table = _table(_HEAD, (_row(fault, result) for fault, result in rows))
    remarks = (f"- {fault.when}: {fault.remark}." for fault, _ in rows if fault.remark)
    runs = sorted({f"{result['date']}: {result['machine']}." for _, result in rows})
    return PROSE.read_text("utf-8").format(
        table=table, remarks="\n".join(remarks), runs="\n".join(runs)
    )


def _row(fault: Fault, result: dict[str, Any]) -> Sequence[str]:
    outcome = Outcome.from_dict(result["outcome"])
    sums = (
        sum(getattr(tally, name) for tally in outcome.tallies)
        for name in ("sent", "lost", "counted", "duplicated")
    )
    return (
        fault.when,
        f"{outcome.seconds:.0f} s{', short' * (outcome.form == 'short')}",
        *(f"{number:,}" for number in sums),
        f"{outcome.counted / outcome.traces.sent:.0%}",
        f"{outcome.drain_s:.0f} s",
        f"{outcome.peak_rss_mib:.0f} MiB",
        f"{outcome.peak_disk_mib:.1f} MiB",
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
