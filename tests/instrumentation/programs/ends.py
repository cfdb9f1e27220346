"""One call, the time on the machine's clock, and the end that was asked for."""

import os
import runpy
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import openai

import spansight

HELD: list[object] = []


def leave(*_: object) -> None:
    sys.exit(7)


def wait() -> None:
    # A signal that comes just before `signal.pause` would wait there for the next one.
    while True:
        time.sleep(0.1)


def fail() -> None:
    raise LookupError("theirs")


def hold() -> None:
    client = openai.OpenAI(base_url=f"{os.environ['PROVIDER']}/ok/v1", api_key="unused")
    chunks = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "hi"}], stream=True
    )
    next(iter(chunks))
    HELD.append(chunks)


def start_in_a_thread() -> None:
    thread = threading.Thread(target=spansight.instrument)
    thread.start()
    thread.join()


BEFORE: dict[str, Callable[[], object]] = {
    "handler": lambda: signal.signal(signal.SIGTERM, leave),
    "default": lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL),
    "instrument": spansight.instrument,
    "thread": start_in_a_thread,
}
END: dict[str, Callable[[], object]] = {
    "exit": lambda: sys.exit(3),
    "raise": fail,
    "wait": wait,
    "hold": hold,
}

for name in sys.argv[1:]:
    BEFORE.get(name, bool)()
runpy.run_path(str(Path(__file__).with_name("one.py")))
os.write(1, f"{time.monotonic()}\n".encode())
for name in sys.argv[1:]:
    END.get(name, bool)()
