"""What judging every answer costs the calls themselves.

    python benches/online.py

One process, instrumented; blocks of calls with online evaluation and without alternate, as the
method of harness.py has it.  `calling thread` is what the application's own thread spends more on
a call, most of it upstream's gathering of messages; `wall clock` is how long a call takes whose
answer is 20 ms away, while the evaluators of the one before compete for the interpreter.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Callable
from typing import Final

import harness
import workload
from rich.console import Console
from rich.table import Table

import spansight
from spansight.evals import online
from spansight.evals.toxicity import Packaged

SETS: Final = {"usual": "usual", "usual, toxicity": "usual,not_abusive,toxicity"}
AWAY_S: Final = 0.02
"""A fast answer of a hosted model."""
ROUNDS: Final = 21
CALLS: Final = 20
"""In a block of calls with a wait."""


def main() -> None:
    """Print the table."""
    os.environ |= {f"OTEL_{signal}_EXPORTER": "none" for signal in ("TRACES", "LOGS", "METRICS")}
    spansight.instrument()
    Packaged().prepare()
    call = workload.Clients().actions(asyncio.new_event_loop())["call"]
    shown = Table("evaluators", "calling thread", "wall clock, on ÷ off", "off ÷ off")
    for name, evaluators in SETS.items():
        added = harness.compare(call, call, _switch(evaluators), harness.CALLS)
        more_us = (added.ratio.median - 1) * added.base_us
        ratio, null = waited(call, _switch(evaluators))
        shown.add_row(name, f"{more_us:+.0f} µs a call", _range(ratio), _range(null))
    online.stop()
    Console().print(shown)


def waited(
    call: Callable[[], object], switch: Callable[[bool], None]
) -> tuple[harness.Ratio, harness.Ratio]:
    """Return how much longer the median call takes with evaluation, and again without."""
    with_ratios: list[float] = []
    null_ratios: list[float] = []
    for number in range(ROUNDS):
        took = [0.0] * 3
        for turn in range(3):
            which = (number + turn) % 3
            switch(which == 0)
            took[which] = _median_s(call)
        with_ratios.append(took[0] / took[1])
        null_ratios.append(took[2] / took[1])
    return harness.Ratio.of(with_ratios), harness.Ratio.of(null_ratios)


def _median_s(call: Callable[[], object]) -> float:
    call()
    took: list[float] = []
    for _ in range(CALLS):
        started = time.perf_counter()
        time.sleep(AWAY_S)
        call()
        took.append(time.perf_counter() - started)
    return statistics.median(took)


def _switch(evaluators: str) -> Callable[[bool], None]:
    def switch(on: bool) -> None:  # noqa: FBT001 - what it is for
        if on:
            online.start(evaluators)
        else:
            online.stop()

    return switch


def _range(ratio: harness.Ratio) -> str:
    return f"{ratio.median:.3f} ({ratio.low:.3f} to {ratio.high:.3f})"


if __name__ == "__main__":
    main()
