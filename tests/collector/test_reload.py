"""A price changes from one call to the next: nothing is lost, nothing is priced wrongly."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from threading import Event, Thread
from typing import Final

import pytest
import requests

from collector import otlp
from collector.process import FOLDER, Collector, eventually, process, store
from spansight.cli import main
from spansight.conventions import attributes
from spansight.conventions.environment import BINARIES, CACHE
from spansight.stack import binaries, cache
from spansight.stack.native import NativeStack
from spansight.stack.ports import Ports
from spansight.stack.processes import alive

pytestmark = pytest.mark.stack

CALL: Final[otlp.Attributes] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "our-model",
    "gen_ai.usage.input_tokens": 1_000_000,
    "gen_ai.usage.output_tokens": 0,
}
MODEL: Final = "our-model: {{input: {price}, output: 1}}"
SERVICE: Final = "repriced"
RESOURCE: Final[otlp.Attributes] = {"service.name": SERVICE}


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a copy of the Collector's files, with a model of our own at 3 dollars."""
    copied = copytree(FOLDER, tmp_path / "root" / "collector")
    path = copied / "prices.yaml"
    path.write_text(path.read_text().replace("smollm2: free", MODEL.format(price=3)))
    assert main(["prices", "build", "--folder", str(copied)]) == 0
    capsys.readouterr()
    return copied


def reprice(folder: Path, price: str) -> None:
    path = folder / "prices.yaml"
    old = next(line.strip() for line in path.read_text().splitlines() if "our-model" in line)
    path.write_text(path.read_text().replace(old, MODEL.format(price=price)))


@dataclass
class Sender:
    """Sends a call after the other and repeats what is refused, as an SDK does."""

    url: str
    acknowledged: dict[str, float] = field(default_factory=dict[str, float])
    enough: Event = field(default_factory=Event)

    def send(self) -> None:
        """Send until it is enough."""
        number = 0
        while not self.enough.wait(0.01):
            name = f"chat {number}"
            request = otlp.traces([otlp.span(name, CALL)], RESOURCE)
            if self._taken(request.SerializeToString()):
                self.acknowledged[name] = time.monotonic()
                number += 1

    def _taken(self, body: bytes) -> bool:
        headers = {"content-type": "application/x-protobuf"}
        try:
            return requests.post(self.url, data=body, headers=headers, timeout=10).ok
        except requests.ConnectionError:
            return False


@pytest.fixture
def native(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Run the Collector of a native stack that knows no other folders."""
    monkeypatch.setenv(BINARIES["collector"].name, str(binaries.find("collector")))
    monkeypatch.setenv(CACHE.name, str(tmp_path / "cache"))
    ports = Ports.free()
    with store() as behind:
        given = {"TEMPO_OTLP_ENDPOINT": behind.url, "LOKI_OTLP_ENDPOINT": behind.url}
        with NativeStack(
            cache.run_folder(),
            ports=ports,
            servers=("collector",),
            environment=given,
            root=folder.parent,
        ):
            log = cache.run_folder() / "logs" / "collector.log"
            yield Collector(ports, behind, log)


def test_a_price_changes_from_one_call_to_the_next(
    native: Collector, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sender = Sender(f"http://127.0.0.1:{native.ports.otlp_http}/v1/traces")
    thread = Thread(target=sender.send)
    thread.start()
    try:
        eventually(lambda: _has_sent(sender, 20))
        reprice(folder, "7")
        before = len(sender.acknowledged)
        asked = time.monotonic()
        assert main(["prices", "apply", "--folder", str(folder)]) == 0
        used = time.monotonic()
        eventually(lambda: _has_sent(sender, before + 100), within_s=30)
    finally:
        sender.enough.set()
        thread.join()
    said = capsys.readouterr().out
    assert said.startswith("the Collector (process ")
    assert " prices as of " in said
    assert said.count("\n") == 1

    def costs() -> dict[str, float]:
        found = {
            span.name: otlp.plain(span.attributes)[attributes.COST_USD]
            for resource in native.resources(SERVICE)
            for scope in resource.scope_spans
            for span in scope.spans
        }
        assert found.keys() >= sender.acknowledged.keys()
        return {name: float(str(cost)) for name, cost in found.items()}

    stored = eventually(costs, within_s=30)
    assert set(stored.values()) == {3.0, 7.0}
    for name, at in sender.acknowledged.items():
        if at < asked:
            assert stored[name] == 3.0, name
        elif at > used + 1:
            assert stored[name] == 7.0, name
    assert {path.name for path in folder.glob("prices.*")} == {"prices.ottl", "prices.yaml"}


def _has_sent(sender: Sender, count: int) -> None:
    assert len(sender.acknowledged) >= count


@pytest.mark.parametrize("broken", ["prices.yaml", "cost.yaml"])
def test_what_would_end_the_collector_never_reaches_it(
    broken: str, folder: Path, native: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither a table that cannot be built, nor another file that someone has broken meanwhile."""
    before = (folder / "prices.ottl").read_bytes()
    if broken == "prices.yaml":
        reprice(folder, "much")
    else:
        reprice(folder, "7")
        (folder / broken).write_text("processors:\n  transform/cost: {error_mood: ignore}\n")
    capsys.readouterr()
    assert main(["prices", "apply", "--folder", str(folder)]) == 2
    said = capsys.readouterr().err
    assert ("input='much'" if broken == "prices.yaml" else "error_mood") in said
    assert said.count("\n") == 1
    assert (folder / "prices.ottl").read_bytes() == before
    assert not list(folder.glob("*candidate*"))
    native.send(otlp.traces([otlp.span("chat", CALL)], RESOURCE))
    (span,) = native.spans(SERVICE, 1)
    assert otlp.plain(span.attributes)[attributes.COST_USD] == 3.0
    assert "Received signal from OS" not in native.log.read_text()


def test_a_collector_started_elsewhere_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with store() as behind, process(tmp_path, behind.url) as (_, started, _):
        words = ["prices", "apply", "--pid", str(started.pid), "--folder", str(folder)]
        assert main(words) == 2
        said = capsys.readouterr().err
        assert (
            f"the Collector (process {started.pid}) reads {str(FOLDER / 'prices.ottl')!r}" in said
        )
        assert "pass --folder" in said
        assert alive(started.pid)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "no stack is up, so no Collector uses these prices"),
        (["--pid", str(os.getpid())], f"process {os.getpid()} ("),
        (["--pid", "4999999"], "process 4999999 cannot be read"),
    ],
)
def test_no_collector_is_one_clear_line(
    words: list[str],
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(CACHE.name, str(tmp_path / "cache"))
    assert main(["prices", "apply", *words]) == 3
    said = capsys.readouterr().err
    assert said.startswith(f"spansight: {expected}")
    assert said.count("\n") == 1
