"""A provider and a receiver, both on loopback, and processes between them."""

from collections.abc import Iterator

import pytest

from spansight.demo.provider import Provider
from support.otlp_sink import Sink


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    """Yield a scripted provider."""
    with Provider(dated=True) as listening:
        yield listening


@pytest.fixture
def sink() -> Iterator[Sink]:
    """Yield an empty receiver."""
    with Sink() as listening:
        yield listening
