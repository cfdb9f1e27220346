"""Every fault in its short form, run once a session."""

from collections.abc import Callable, Iterator

import pytest

from faults.oracle import Outcome
from faults.running import pool
from faults.table import FAULTS, Fault


@pytest.fixture(scope="session")
def outcome() -> Iterator[Callable[[Fault], Outcome]]:
    """Return what waits for a fault's outcome."""
    with pool(FAULTS, "short") as futures:
        yield lambda fault: futures[fault.name].result()
