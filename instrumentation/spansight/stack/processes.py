"""What the operating system knows about other processes; says less where there is no /proc."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_LISTENING: Final = "0A"


def alive(pid: int) -> bool:
    """Say whether a process runs; one that only waits for its parent to notice does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with suppress(OSError):
        state = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z"
    return True


def command(pid: int) -> str:
    """Return a process's command line, empty when it cannot be read."""
    with suppress(OSError):
        words = (_PROC / str(pid) / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        return " ".join(word.decode(errors="replace") for word in words)
    return ""


def listener(port: int) -> str | None:
    """Return the pid and command of the process that listens on a TCP port, if we may know it."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in _PROC.glob("[0-9]*") if sockets else ():
        pid = int(process.name)
        if not sockets.isdisjoint(opened(pid)):
            return f"process {pid} ({command(pid)})"
    return None


def opened(pid: int) -> Iterator[str]:
    """Yield what a process has open; nothing of one that ends meanwhile, or is another user's."""
    with suppress(OSError):
        for descriptor in (_PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                yield str(descriptor.readlink())


def _listening_inodes(port: int) -> set[str]:
    return {
        inode
        for address, state, inode in _sockets()
        if state == _LISTENING and int(address.rpartition(":")[2], 16) == port
    }


def _sockets() -> Iterator[tuple[str, str, str]]:
    """Yield local address, state and inode of every TCP socket, as the kernel writes them."""
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            rows = (_PROC / "net" / table).read_text().splitlines()[1:]
            yield from ((row[1], row[3], row[9]) for row in map(str.split, rows))
