"""One call, then a wait for a signal."""

import os
import runpy
import signal
import sys
from pathlib import Path


def leave(*_: object) -> None:
    sys.exit(7)


if "handler" in sys.argv:
    signal.signal(signal.SIGTERM, leave)
if "late" in sys.argv:
    import spansight

    spansight.instrument()
runpy.run_path(str(Path(__file__).with_name("one.py")))
while True:
    signal.pause()
    os.write(1, b"woken\n")
