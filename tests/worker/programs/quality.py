"""Evaluators of a user's: they say when they were asked, and may take their time."""

import os
import time
from pathlib import Path

from spansight.evals import Case


class Noted:
    """Writes a line for each case, and waits while a file named `wait` lies beside it."""

    def evaluate(self, case: Case) -> bool:
        """Judge a case."""
        notes = Path(os.environ["NOTES"])
        with notes.open("a") as file:
            file.write(f"{case.id} {os.getpid()} {time.time()}\n")
        while notes.with_name("wait").exists():
            time.sleep(0.05)
        return True
