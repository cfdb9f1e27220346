"""The caller's end of a supervisor: start one, ask it, let go of it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Final, cast

from spansight.conventions.environment import ENABLED
from spansight.errors import StackError
from spansight.stack.supervisor import Launch, Status

MODULE: Final = "spansight.stack.supervisor"


class Supervision:
    """A supervisor and the servers it owns; they end with this object's process."""

    def __init__(self, launches: Sequence[Launch], log: Path) -> None:
        """Start the supervisor; it starts no server yet."""
        self._log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", MODULE],
                # No spans about the stack from the stack itself.
                env=os.environ | {ENABLED.name: "false"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        self._requests = cast("IO[str]", self._process.stdin)
        self._answers = cast("IO[str]", self._process.stdout)
        self._send([asdict(launch) for launch in launches])

    @property
    def pid(self) -> int:
        """The supervisor's process id."""
        return self._process.pid

    def ask(self, request: str, *names: str) -> Status:
        """Send one request about these servers and return what became of all."""
        self._send({"do": request, "names": names})
        answer = self._answers.readline()
        if not answer:
            raise StackError(f"the stack's supervisor ended; see {self._log}")
        return cast("Status", json.loads(answer))

    def close(self) -> None:
        """Stop every server and wait for their end."""
        with suppress(BrokenPipeError):
            self._requests.close()
        self._process.wait()
        self._answers.close()

    def detach(self) -> None:
        """Let the servers outlive this process."""
        self.ask("detach")
        self._requests.close()
        self._answers.close()
        # Not waited for: it goes on, and its end is no business of this process any more.
        self._process.returncode = 0

    def _send(self, message: object) -> None:
        # Without a reader the missing answer says what happened.
        with suppress(BrokenPipeError):
            self._requests.write(json.dumps(message) + "\n")
            self._requests.flush()
