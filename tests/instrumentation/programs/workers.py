"""Work that is done in other processes, each way that multiprocessing offers, and by os.fork."""

import multiprocessing
import os
import runpy
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ONE = str(Path(__file__).with_name("one.py"))


def work(*_: object) -> None:
    runpy.run_path(ONE)


def process(method: str) -> None:
    multiprocessing.set_start_method(method)
    child = multiprocessing.Process(target=work)
    child.start()
    child.join()


def pool(method: str) -> None:
    with multiprocessing.get_context(method).Pool(1) as workers:
        workers.map(work, [None])


def executor(method: str) -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context(method)) as workers:
        workers.submit(work).result()


def fork() -> None:
    if pid := os.fork():
        os.waitpid(pid, 0)
    else:
        work()
        raise SystemExit


if __name__ == "__main__":
    work()
    if sys.argv[1:] == ["os"]:
        fork()
    else:
        for way in (process, pool, executor):
            way(sys.argv[1])
