"""The page that tells what is lost when, from the outcomes of runs that are committed beside it."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from faults.oracle import Outcome
from faults.table import FAULTS, Fault

RESULTS: Final = Path(__file__).with_name("results.json")
PAGE: Final = Path(__file__).parents[2] / "docs" / "reliability.md"

_TOP: Final = """\
<!-- written by `python -m faults` in tests/ from tests/faults/results.json -->

# What do I lose when …?

Nothing that the Collector acknowledged, and nothing silently:
what it takes waits in a queue on disk until the store has it, for as long as that takes.
What it gives up it counts, in `otelcol_exporter_send_failed_spans` and `…_log_records`.
What it cannot take it refuses, and the sender keeps it and sends it again.

Calls with a number each are sent as spans and as events;
then the stores are asked which numbers they have.
*Lost* was acknowledged and is not there, *counted* is what the Collector says that it gave up,
*twice* came more than once.
"""
_END: Final = """
## How was this measured?

Each row ran against the shipped configuration, with senders and stores of the tests.
The long form has the shipped timeouts; the short form waits seconds, and is part of `make test`.
`make faults` runs the long form and writes this page.

"""


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
    table = _table(
        ("when", "sent", "lost", "counted", "twice", "all there after", "memory", "queue", "run"),
        (_row(fault, result) for fault, result in rows),
    )
    runs = sorted({(result["date"], result["machine"]) for _, result in rows})
    return "\n".join((_TOP, table + _END.rstrip("\n"), "", *(f"{d}: {m}.\n" for d, m in runs)))


def _row(fault: Fault, result: dict[str, Any]) -> Sequence[str]:
    outcome = Outcome.from_dict(result["outcome"])
    sums = {
        name: sum(getattr(tally, name) for tally in outcome.tallies)
        for name in ("sent", "lost", "dropped", "duplicated")
    }
    return (
        fault.when,
        *(f"{number:,}" for number in sums.values()),
        f"{outcome.drain_s:.0f} s",
        f"{outcome.peak_rss_mib:.0f} MiB",
        f"{outcome.peak_disk_mib:.1f} MiB",
        f"{outcome.seconds:.0f} s, {outcome.form}",
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
