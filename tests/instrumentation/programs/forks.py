"""Work that is done in forked children, by os.fork and by multiprocessing."""

import multiprocessing
import os
import runpy
from pathlib import Path

ONE = str(Path(__file__).with_name("one.py"))


def work() -> None:
    runpy.run_path(ONE)


work()
if pid := os.fork():
    os.waitpid(pid, 0)
else:
    work()
    raise SystemExit
child = multiprocessing.get_context("fork").Process(target=work)
child.start()
child.join()
