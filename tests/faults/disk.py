"""A disk of a size of its own, for what happens when it is full."""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class NoDisk(Exception):  # noqa: N818 - not an error of anybody's
    """Only root can make one."""


@contextmanager
def disk(folder: Path, mib: int | None) -> Generator[None]:
    """Put a disk of this size at the folder, if one is wanted."""
    if mib is None:
        yield
        return
    folder.mkdir(mode=0o700)
    size = f"size={mib}m,mode=0700"
    command = ["mount", "-t", "tmpfs", "-o", size, "spansight-faults", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoDisk(done.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)
