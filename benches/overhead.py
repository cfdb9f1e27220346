"""What observing the calls of a program costs it, ours beside others': `make bench`.

    python benches/overhead.py [--json] [NAME …]

The first run makes an environment a subject in the cache folder.  A subject that cannot be
installed or measured is a line, and the rest go on.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import report
from environments import ROOT, Environment
from sink import Sink
from standing import hook_us, standing
from subjects import OPENAI, SUBJECTS, Subject

WITHIN_S: Final = 120.0
"""The longest that one subject may take."""


def machine() -> str:
    """Return what the figures depend on, as one line."""
    model = platform.processor() or platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(": ")[2] for line in lines if "model name" in line), model)
    load = os.getloadavg()[0]
    return (
        f"{model}, {os.cpu_count()} cores, load {load:.1f}; "
        f"{platform.python_implementation()} {platform.python_version()}, {OPENAI}"
    )


def measure(subject: Subject, sink: Sink) -> dict[str, Any]:
    """Return one row."""
    sink.forget()
    environ = subject.environ | {subject.endpoint: sink.url}
    program = ROOT / "benches/subject.py"
    answer = Environment.of(subject.packages).run(
        program, subject.name, environ=environ, within_s=WITHIN_S
    )
    row: dict[str, Any] = json.loads(answer)
    arrived = round(sink.spans / row["made"], 2) if sink.spans else None
    if not sink.posts:
        raise RuntimeError("nothing arrived")
    return row | asdict(standing(subject, environ)) | {"spans_a_call": arrived}


def main() -> None:
    """Measure what is asked for, and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print plain data instead of a table")
    parser.add_argument("names", nargs="*", help="subjects; all of them if none is named")
    asked = parser.parse_args()
    rows: dict[str, dict[str, Any]] = {}
    with Sink() as sink:
        for subject in SUBJECTS:
            if asked.names and subject.name not in asked.names:
                continue
            print(f"measuring {subject.name} …", file=sys.stderr, flush=True)
            try:
                rows[subject.name] = measure(subject, sink)
            except (RuntimeError, subprocess.SubprocessError) as error:
                print(f"{subject.name} could not be measured: {error}", file=sys.stderr)
    found = {"machine": machine(), "hook_us": hook_us(Environment.of(())), "subjects": rows}
    print(json.dumps(found, indent=2) if asked.json else report.text(found))


if __name__ == "__main__":
    main()
