"""The record of a running stack: written at once, read by everything that talks to the stack."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from spansight.errors import StackError
from spansight.stack import control, state
from spansight.stack.state import State
from spansight.stores.endpoints import Endpoints
from support.processes import running


def record(folder: Path) -> State:
    return State(
        mode="native",
        folder=str(folder),
        endpoints=Endpoints(tempo="http://127.0.0.1:1", grafana=None),
        pids={"tempo": 7},
        supervisor=6,
    )


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    record(tmp_path).write()
    assert state.read(tmp_path) == record(tmp_path)


def test_no_record_is_no_stack_and_the_published_ports(tmp_path: Path) -> None:
    assert state.read(tmp_path) is None
    assert state.endpoints(tmp_path) == Endpoints()


def test_a_removed_record_is_gone(tmp_path: Path) -> None:
    record(tmp_path).write()
    record(tmp_path).remove()
    record(tmp_path).remove()
    assert state.read(tmp_path) is None


def test_the_record_of_up_is_in_the_cache(own_cache: Path) -> None:
    (own_cache / "run").mkdir(parents=True)
    record(own_cache / "run").write()
    assert state.endpoints().tempo == "http://127.0.0.1:1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "3",
        "null",
        '{"mode": "native", "surprise": 1}',
        '{"mode": "by hand", "folder": "", "endpoints": {}, "pids": {}}',
        '{"mode": "native", "folder": "", "endpoints": {}, "pids": 3}',
        '{"mode": "native", "folder": "", "endpoints": {}, "pids": {"loki": "x"}}',
        '{"mode": "native", "folder": "", "endpoints": {"loki": 3100}, "pids": {}}',
    ],
)
def test_a_damaged_record_says_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(StackError, match=r"state\.json' is no record of a stack .*remove it"):
        state.read(tmp_path)


def test_a_process_that_has_the_supervisor_s_number_by_now_is_left_alone(own_cache: Path) -> None:
    """After a restart of the machine, any program may have it."""
    folder = own_cache / "run"
    folder.mkdir(parents=True)
    with running(["/bin/sleep", "60"], os.environ) as other:
        replace(record(folder), supervisor=other.pid).write()
        assert control.down() == "native"
        assert other.poll() is None
    assert state.read(folder) is None
