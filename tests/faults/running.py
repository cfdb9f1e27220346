"""Runs faults, a few side by side: most of a fault's time is spent waiting."""

import tempfile
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from faults.disk import disk
from faults.oracle import Form, Outcome
from faults.rig import rig
from faults.table import Fault

SIDE_BY_SIDE: Final = 4


def run(fault: Fault, form: Form) -> Outcome:
    """Return what one fault did."""
    with (
        tempfile.TemporaryDirectory(prefix=f"faults-{fault.name}-") as folder,
        disk(Path(folder) / "queue", fault.settings.disk_mib),
        rig(Path(folder), form, fault.settings) as started,
    ):
        return started.outcome(fault.name, fault.inject)


@contextmanager
def pool(faults: Iterable[Fault], form: Form) -> Generator[dict[str, Future[Outcome]]]:
    """Begin with all of them; what has not begun when the block ends never does."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as workers:
        try:
            yield {fault.name: workers.submit(run, fault, form) for fault in faults}
        finally:
            workers.shutdown(cancel_futures=True)
