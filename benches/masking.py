"""How well and how fast the process masks: the table of docs/privacy.md, and µs for each kB.

What the Collector takes for the same is a stage of benches/pipeline.py.  CPU time of one thread,
the least of several rounds: whatever else the machine does only adds to it.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from spansight.privacy.mask import mask

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from privacy import corpus, score

ROUNDS: Final = 7
SIZE: Final = 4096
PROSE: Final = (
    "The committee reviewed 15 proposals in 2024, of which three (see section 4.2) were accepted; "
    "the report is kept. 계약서 제 3 조에 따라 대금을 지급한다.\\n"
)


def main() -> None:
    """Print both tables."""
    sys.stdout.write(score.table(mask))
    shown = Table("text of 4 kB", "µs a kB")
    for name, text in texts().items():
        shown.add_row(name, f"{least_us(lambda text=text: mask(text)) / (SIZE / 1024):.0f}")
    Console().print(shown)


def texts() -> dict[str, str]:
    """Return texts of one size: clean, with one secret, and with one of every kind."""
    clean = (PROSE * SIZE)[:SIZE]
    each = {case.kind: case.text for case in corpus.positives()}
    every = " ".join(each.values())
    return {
        "nothing to mask": clean,
        "one finding": f"{clean[: SIZE // 2]} {each['EMAIL']} {clean[SIZE // 2 :]}"[:SIZE],
        "one of every kind": f"{clean[: SIZE // 2]} {every} {clean[SIZE // 2 :]}"[:SIZE],
    }


def least_us(action: Callable[[], object]) -> float:
    """Return the CPU time of one action, in microseconds."""
    found: list[float] = []
    for _ in range(ROUNDS):
        started = time.thread_time()
        for _ in range(20):
            action()
        found.append((time.thread_time() - started) / 20)
    return min(found) * 1e6


if __name__ == "__main__":
    main()
