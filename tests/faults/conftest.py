"""Every fault in its short form, run once a session."""

from collections.abc import Callable, Iterator

import pytest

from faults.disk import NoDisk
from faults.oracle import Outcome
from faults.running import pool
from faults.table import FAULTS, Fault


@pytest.fixture(scope="session")
def outcome() -> Iterator[Callable[[Fault], Outcome]]:
    """Return what waits for a fault's outcome."""
    with pool(FAULTS, "short") as futures:

        def wait(fault: Fault) -> Outcome:
            try:
                return futures[fault.name].result()
            except NoDisk as error:
                pytest.skip(f"only root can make a disk that is full: {error}")

        yield wait
