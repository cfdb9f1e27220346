"""The measurements as one table."""

import importlib.util
import io
from typing import Any, Final

_COLUMNS: Final = (
    "",
    "call",
    "stream",
    "awaited call",
    "awaited stream",
    "export µs",
    "idle ms/s",
    "switch on ms",
    "packages",
    "spans a call",
)
_LEGEND: Final = """\
call, stream: CPU time of the calling thread ÷ that of the client alone (200 chunks a stream)
export: CPU time a call of all other threads; switch on: imports included, after the client's
nothing: the client alone ÷ the client alone, in the same rounds; the spread is its quartiles
"""


def text(found: dict[str, Any]) -> str:
    """Return the table, with what it depends on above it and what it means below."""
    rows = [
        *(_row(name, one) for name, one in found["subjects"].items()),
        *(_nothing(one) for one in list(found["subjects"].values())[:1]),
    ]
    draw = _rich if importlib.util.find_spec("rich") else _plain
    hook = f"the hook, while SPANSIGHT_ENABLED is unset: {found['hook_us']} µs a start\n"
    return f"{found['machine']}\n{draw(rows)}\n{_LEGEND}{hook}"


def _row(name: str, one: dict[str, Any]) -> list[str]:
    ratios = [f"× {added['ratio']['median']:.2f}" for added in one["added"].values()]
    spans = one["spans_a_call"]
    figures = (one["export_us"], one["idle_ms"], one["switch_on_ms"], one["packages"])
    return [name, *ratios, *(f"{figure:g}" for figure in figures), f"{spans:g}" if spans else "?"]


def _nothing(one: dict[str, Any]) -> list[str]:
    nulls = [added["null"] for added in one["added"].values()]
    spreads = [f"{null['low']:.2f} … {null['high']:.2f}" for null in nulls]
    return ["nothing", *spreads, *[""] * (len(_COLUMNS) - 1 - len(spreads))]


def _plain(rows: list[list[str]]) -> str:
    table = [list(_COLUMNS), *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )


def _rich(rows: list[list[str]]) -> str:
    from rich import box  # noqa: PLC0415 - optional
    from rich.console import Console  # noqa: PLC0415 - optional
    from rich.table import Table  # noqa: PLC0415 - optional

    table = Table(*_COLUMNS, box=box.SIMPLE_HEAD)
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        table.add_row(*row)
    target = io.StringIO()
    Console(file=target, width=160).print(table)
    return target.getvalue().rstrip()
