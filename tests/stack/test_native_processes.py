"""The life of a native stack's processes; the two servers that start fastest stand for all."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from spansight.errors import ConfigError, StackError
from spansight.live.findings import eventually
from spansight.stack import files, state
from spansight.stack.native import NativeStack
from spansight.stack.ports import Ports
from spansight.stores.http import answers

pytestmark = pytest.mark.stack

FEW = ("prometheus", "alertmanager")

CALLER = """
import pathlib, sys, time
from spansight.stack.native import NativeStack
from spansight.stack.ports import Ports
with NativeStack(pathlib.Path(sys.argv[1]), ports=Ports.free(), servers=sys.argv[2:]) as stack:
    print("up", flush=True)
    time.sleep(600)
"""


def runs(pid: int) -> bool:
    """Ask the kernel; a zombie that nobody waits for runs no more."""
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(done.stdout.strip()) and not done.stdout.strip().startswith("Z")


def gone(pids: list[int]) -> Callable[[], bool]:
    return lambda: not any(map(runs, pids))


def few(folder: Path, **changes: int) -> NativeStack:
    return NativeStack(folder, ports=replace(Ports.free(), **changes), servers=FEW)


def test_nothing_outlives_the_context(tmp_path: Path) -> None:
    with few(tmp_path) as stack:
        pids = [*stack.state.pids.values(), stack.state.supervisor or 0]
        assert len(pids) == 3
        assert all(map(runs, pids))
        assert state.read(tmp_path) == stack.state
    assert gone(pids)()
    assert state.read(tmp_path) is None


def test_a_failure_inside_the_context_stops_everything_too(tmp_path: Path) -> None:
    pids: list[int] = []

    def fail() -> None:
        with few(tmp_path) as stack:
            pids.extend(stack.state.pids.values())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert pids
    assert gone(pids)()


@pytest.mark.parametrize("victim", ["caller", "supervisor"])
def test_a_crash_leaves_no_process(tmp_path: Path, victim: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CALLER, str(tmp_path), *FEW], stdout=subprocess.PIPE, text=True
    ) as caller:
        try:
            assert caller.stdout
            assert caller.stdout.readline() == "up\n"
            record = state.read(tmp_path)
            assert record
            assert record.supervisor
            pids = [*record.pids.values(), record.supervisor]
            assert all(map(runs, pids))
            os.kill(caller.pid if victim == "caller" else record.supervisor, signal.SIGKILL)
            assert eventually(gone(pids), within_s=20)
        finally:
            caller.kill()


def test_one_server_can_be_stopped_and_started_again(tmp_path: Path) -> None:
    with few(tmp_path) as stack:
        first = stack.state.pids
        stack.stop("alertmanager")
        assert not answers("alertmanager", stack.endpoints.alertmanager, "/-/ready")
        assert answers("prometheus", stack.endpoints.prometheus, "/-/ready")
        assert set(stack.state.pids) == {"prometheus"}
        stack.start("alertmanager")
        assert answers("alertmanager", stack.endpoints.alertmanager, "/-/ready")
        assert stack.state.pids["alertmanager"] != first["alertmanager"]
        assert stack.state.pids["prometheus"] == first["prometheus"]


def test_a_port_in_use_stops_the_start_before_it_begins(tmp_path: Path) -> None:
    with few(tmp_path / "first") as first:
        port = int(first.endpoints.alertmanager.rpartition(":")[2])
        owner = first.state.pids["alertmanager"]
        second = few(tmp_path / "second", alertmanager=port)
        with pytest.raises(StackError) as error:
            second.up()
    assert f"port {port}, wanted by alertmanager, is in use by process {owner} (" in str(
        error.value
    )
    assert not (tmp_path / "second").exists()


def test_a_server_that_ends_at_once_shows_its_last_words(tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(files.root() / "prometheus", root / "prometheus")
    (root / "prometheus" / "alertmanager.yml").write_text("route: {receiver: gone}\n")
    log = tmp_path / "run" / "logs" / "alertmanager.log"
    log.parent.mkdir(parents=True)
    log.write_text("from an earlier start\n")
    stack = NativeStack(tmp_path / "run", ports=Ports.free(), servers=FEW, root=root)
    with pytest.raises(StackError) as error:
        stack.up()
    message = str(error.value)
    assert "earlier" not in message
    assert message.startswith("alertmanager ended with 1 while starting (")
    assert str(log) in message
    assert 'undefined receiver \\"gone\\"' in message
    assert state.read(tmp_path / "run") is None


def test_a_broken_price_table_stops_the_start_before_it_begins(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "collector").mkdir(parents=True)
    (root / "collector" / "prices.ottl").write_text('{"broken')
    stack = NativeStack(tmp_path / "run", ports=Ports.free(), servers=["collector"], root=root)
    with pytest.raises(
        ConfigError, match=r"price table '.*prices\.ottl': .*`spansight prices build`"
    ):
        stack.up()
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only /proc shows an environment")
def test_a_server_does_not_trace_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tempo would, into itself, on a machine whose shell exports for the applications."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setenv("KEPT", "1")
    with few(tmp_path) as stack:
        for pid in stack.state.pids.values():
            variables = Path(f"/proc/{pid}/environ").read_text().split("\0")
            assert "KEPT=1" in variables
            assert not any(variable.startswith("OTEL_") for variable in variables)


def test_an_unwritable_run_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StackError, match=r"the run folder '.*/file/run' cannot be written: Not a"):
        few(tmp_path / "file" / "run").up()


def test_a_stack_that_is_not_up_says_so(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="not up"):
        few(tmp_path).endpoints  # noqa: B018 - the access is the test
