"""One Collector with the shipped files for each module."""

from collections.abc import Iterator

import pytest

from collector.process import Collector, running


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collector]:
    """Run it."""
    with running(tmp_path_factory.mktemp("collector")) as started:
        yield started
