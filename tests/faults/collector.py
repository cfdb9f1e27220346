"""A Collector that can be killed, stopped and started again, with its queue and ports its own."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import requests

from collector.process import QUICK, arguments, environment, eventually
from spansight.stack import binaries
from spansight.stack.ports import Ports

_STARTS_WITHIN_S: Final = 60.0
_ENDS_WITHIN_S: Final = 40.0


class Collector:
    """One Collector with the shipped files; overlays come after them."""

    def __init__(
        self, folder: Path, variables: Mapping[str, str], overlays: Sequence[str] = ()
    ) -> None:
        """Start nothing yet."""
        self.ports: Final = Ports.free()
        self.folder: Final = folder
        self.queue: Final = folder / "queue"
        self.log: Final = folder / "collector.log"
        self._variables: Final = variables
        self._overlays: Final = overlays
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it, and wait until it is healthy."""
        with self.log.open("a") as output:
            self._process = subprocess.Popen(
                [binaries.find("collector"), *arguments(QUICK, *self._overlays)],
                env=environment(self.ports, "", self.folder) | dict(self._variables),
                stdout=output,
                stderr=output,
            )
        eventually(self._is_healthy, within_s=_STARTS_WITHIN_S)

    def kill(self) -> None:
        """End it in the middle of a step, if it runs."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._end(signal.SIGTERM)

    def tell(self, number: signal.Signals) -> None:
        """Send a signal that does not end it."""
        assert self._process is not None
        self._process.send_signal(number)

    def lives(self) -> bool:
        """Whether the process that was started last still runs."""
        return self._process is not None and self._process.poll() is None

    def said(self) -> str:
        """Return its log."""
        return self.log.read_text("utf-8", errors="replace")

    def scrape(self, port: int) -> str | None:
        """Return one of its expositions, or nothing when it does not answer."""
        try:
            return requests.get(f"http://127.0.0.1:{port}/metrics", timeout=2).text
        except requests.RequestException:
            return None

    def disk_bytes(self) -> int:
        """Return what the queue's folder takes on disk."""
        total = 0
        for entry in os.scandir(self.queue) if self.queue.is_dir() else ():
            try:
                total += entry.stat().st_blocks * 512
            except FileNotFoundError:  # the compaction's, gone meanwhile
                continue
        return total

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=_ENDS_WITHIN_S)
            self._process = None

    def _is_healthy(self) -> None:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(self.said()[-2000:])
        try:
            answer = requests.get(f"http://127.0.0.1:{self.ports.collector_health}", timeout=2)
        except requests.RequestException as error:
            raise AssertionError from error
        assert answer.status_code == 200
