"""A bar for work of many parts: on a terminal only, and only when it takes a while."""

from collections.abc import Generator
from contextlib import contextmanager
from threading import Timer
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from spansight.evals.model import Score
from spansight.evals.running import Progress as Told

QUIET_S: Final = 2.0


@contextmanager
def bar(console: Console, title: str, *, quiet_s: float = QUIET_S) -> Generator[Told]:
    """Yield what is told of each score; the bar goes when the work is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = Progress(*columns, TimeRemainingColumn(), console=console, transient=True)
    task = shown.add_task(title, total=None)
    failures, cost_usd = 0, 0.0

    def tell(done: int, total: int, score: Score) -> None:
        nonlocal failures, cost_usd
        failures += score.error_type is not None
        cost_usd += score.cost_usd
        failed = f", {failures} failed" if failures else ""
        spent = f", {cost_usd:.2f} USD" if cost_usd else ""
        shown.update(task, completed=done, total=total, description=f"{title}{failed}{spent}")

    late = Timer(quiet_s, shown.start)
    late.daemon = True
    if console.is_terminal:
        late.start()
    try:
        yield tell
    finally:
        late.cancel()
        if shown.live.is_started:
            shown.stop()
