"""What the operating system knows about other processes."""

import os
import sys
from pathlib import Path

import pytest

from spansight.stack import processes
from support.processes import running

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only /proc shows what is open")


def test_what_a_process_has_open_is_named_by_the_system(tmp_path: Path) -> None:
    with (tmp_path / "open").open("w"):
        assert str(tmp_path / "open") in set(processes.opened(os.getpid()))


def test_a_process_that_ends_meanwhile_has_nothing_open() -> None:
    """They come and go all the time while a port's owner is looked for."""
    with running(["/bin/sleep", "60"], os.environ) as other:
        found = processes.opened(other.pid)
        assert next(found)
        other.kill()
        other.wait()
        assert not list(found)
    assert not list(processes.opened(other.pid))
    assert not processes.alive(other.pid)
    assert not processes.command(other.pid)
