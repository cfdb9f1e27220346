"""Runs and comparisons as tables of a terminal, and a run as plain data for programs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from spansight.conventions import labels
from spansight.evals import reports
from spansight.evals.gate import Comparison
from spansight.evals.model import Score
from spansight.evals.runs import Run

_STYLES: Final = {"worse": "red", "better": "green", "unclear": "yellow"}
_REASONS: Final = 5
"""Kinds of failures that are shown."""
_LONGEST: Final = 300
"""Characters of a failure's reason."""


def print_run(console: Console, run: Run) -> None:
    """Print what a run says: its figures, and why it failed where it did."""
    rows = [
        ((name, str(values), _figure(mean), str(failures)), "red" if failures else "")
        for name, (values, mean, failures) in _figures(run).items()
    ]
    console.print(_table(("metric", "scores", "mean", "failures"), rows))
    for why in _reasons(run.failures):
        console.print(escape(why), style="red", soft_wrap=True)
    spent = f", {run.cost_usd:.4f} USD" if run.cost_usd else ""
    of = f" by {run.target}" if run.target else ""
    cases = f"{run.cases:,} case{'' if run.cases == 1 else 's'}"
    console.print(escape(f"{cases} of {run.dataset}{of}, {run.started}{spent}"), soft_wrap=True)
    if run.missing:
        # Without its answer, a case has no place for the scores yet.
        left = "not finished: call the same command again, it goes on from here"
        console.print(f"[yellow]{left}[/]", soft_wrap=True)


def print_comparison(console: Console, comparison: Comparison) -> None:
    """Print a comparison: its figures, the cases to look at side by side, and the verdict."""
    rows = [(reports.cells(one), _STYLES.get(one.outcome, "")) for one in comparison.changes]
    console.print(_table(reports.HEADINGS, rows))
    console.print(escape(reports.about(comparison)))
    shown = reports.worst(comparison)
    if shown:
        console.print(f"\n[bold]{reports.looked_at(len(shown))}[/]")
    for pairs in shown:
        one = next(iter(pairs.values()))
        console.print(f"\n{escape(one.question)} [dim]({escape(one.after.case)})[/]")
        sides = [(side, "") for side in reports.beside(pairs)]
        console.print(_table(("", "baseline", "run"), sides, lines=True))
    style = "red" if comparison.findings else "green"
    console.print(f"\n[{style}]{reports.verdict(comparison)}[/]")


def data(run: Run) -> dict[str, Any]:
    """Return what a run says as plain data."""
    return {
        "dataset": run.dataset,
        "version": run.version,
        "target": run.target,
        "started": run.started,
        "cases": run.cases,
        "missing": run.missing,
        "cost_usd": run.cost_usd,
        "metrics": {
            name: {"scores": scores, "mean": mean, "failures": failures}
            for name, (scores, mean, failures) in _figures(run).items()
        },
    }


def _figures(run: Run) -> Mapping[str, tuple[int, float | None, int]]:
    failed = [score.name for score in run.failures]
    valued = [one.name for one in run.scores if one.value is not None or one.label is not None]
    figures = {
        name: (valued.count(name), run.mean(name), failed.count(name)) for name in run.evaluators
    }
    if not run.target:
        return figures
    # An answer has no number: it is there, or there was a failure.
    answers = sum(one.name == labels.ANSWERING and not one.error_type for one in run.scores)
    return {labels.ANSWERING: (answers, None, failed.count(labels.ANSWERING)), **figures}


def _reasons(failures: Sequence[Score]) -> list[str]:
    """Return a line for each reason: what is down is down for every case."""
    cases: dict[str, list[str]] = {}
    for score in failures:
        why = f"{score.error_type}: {score.reason}"[:_LONGEST]
        cases.setdefault(f"{score.name}: {why}", []).append(score.case)
    lines = [
        f"{first}{f' and {len(rest)} more' if rest else ''}, {why}"
        for why, (first, *rest) in cases.items()
    ]
    left = len(lines) - _REASONS
    return lines[:_REASONS] + ([f"and {left} other reasons"] if left > 0 else [])


def _figure(mean: float | None) -> str:
    return "" if mean is None else f"{mean:.3f}"


def _table(
    headings: Sequence[str], rows: Sequence[tuple[Sequence[str], str]], *, lines: bool = False
) -> Table:
    table = Table(*headings, show_lines=lines)
    for cells, style in rows:
        table.add_row(*map(escape, cells), style=style)
    return table
