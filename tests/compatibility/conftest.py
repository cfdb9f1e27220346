"""Every row of the matrix, run once a session, two at a time."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from compatibility import running
from compatibility.environments import Unreachable
from compatibility.rows import ROWS, Row
from compatibility.running import Outcome


@pytest.fixture(scope="session")
def outcome() -> Iterator[Callable[[Row], Outcome]]:
    """Return what waits for a row's outcome, and skips where its packages cannot be had."""
    with ThreadPoolExecutor(2) as pool:
        futures = {row.name: pool.submit(running.outcome, row) for row in ROWS}

        def wait(row: Row) -> Outcome:
            try:
                return futures[row.name].result()
            except Unreachable as error:
                pytest.skip(f"no package index answers, and {row.name} is not cached: {error}")

        yield wait
        pool.shutdown(cancel_futures=True)
