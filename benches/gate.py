"""How often the regression gate closes: on runs that are equal, and on runs that are worse.

Simulated scores, so that the truth is known.  Of each case it is drawn how hard it is, the same for
both runs; then each run draws its own answer: right with that chance, and scored by shares of ten
claims, or passed and failed.  A worse run loses the drop on every case.
"""

import argparse
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Final

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from spansight.evals.gate import Rules, compare
from spansight.evals.model import Score
from spansight.evals.runs import Run

CASES: Final = (20, 50, 100, 200)
DROPS: Final = (0.0, 0.05, 0.1, 0.2)
METRICS: Final = 4

Draw = Callable[[Generator, NDArray[np.float64]], NDArray[np.float64]]


def claims(random: Generator, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of ten claims that hold, in each case."""
    return random.binomial(10, chances) / 10


def passes(random: Generator, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return whether each case passes."""
    return random.binomial(1, chances).astype(float)


KINDS: Final[dict[str, Draw]] = {"share of claims": claims, "pass or fail": passes}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=500, help="pairs of runs a figure")
    times = parser.parse_args().times
    shown = Table("score", "cases", *(f"drop {drop:g}" if drop else "equal" for drop in DROPS))
    for kind, cases in track([*product(KINDS, CASES)], "simulating", transient=True):
        closes = partial(is_closed, KINDS[kind], cases)
        rates = [sum(closes(drop, seed) for seed in range(times)) / times for drop in DROPS]
        shown.add_row(kind, str(cases), *(f"{rate:.1%}" for rate in rates))
    Console().print(shown)
    Console().print(f"{METRICS} metrics, the first of them worse; {times} pairs of runs each")


def is_closed(draw: Draw, cases: int, drop: float, seed: int) -> bool:
    """Say whether the gate closes on one pair of runs."""
    random = default_rng(seed)
    chances = random.beta(4, 1, (METRICS, cases))
    worse = chances.copy()
    worse[0] = np.clip(worse[0] - drop, 0, 1)
    before, after = run(draw(random, chances)), run(draw(random, worse))
    return bool(compare(after, before, Rules(seed=seed)).findings)


def run(values: NDArray[np.float64]) -> Run:
    """Return a run with these scores, a row for each metric."""
    names = [f"metric {number}" for number in range(len(values))]
    return Run(
        dataset="simulated",
        version="",
        questions="",
        cases=values.shape[1],
        evaluators=dict.fromkeys(names, "simulated"),
        started="2026-01-01T00:00:00+00:00",
        scores=[
            Score(case=str(case), name=name, value=float(value))
            for name, row in zip(names, values, strict=True)
            for case, value in enumerate(row)
        ],
    )


if __name__ == "__main__":
    main()
