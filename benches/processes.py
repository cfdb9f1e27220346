"""What a process has used so far, as the kernel counts it."""

from pathlib import Path
from typing import Final


class Process:
    """A running process; its threads must not end, as those of a Go program do not."""

    def __init__(self, pid: int) -> None:
        """Look at one by its id."""
        self._folder: Final = Path(f"/proc/{pid}")

    def cpu_s(self) -> float:
        """Return the CPU time of all threads."""
        # In nanoseconds, unlike the process's own clock, which counts hundredths of a second.
        threads = (self._folder / "task").glob("*/schedstat")
        return sum(int(one.read_text(encoding="utf-8").split()[0]) for one in threads) / 1e9

    def peak_mib(self) -> int:
        """Return the most memory that the process has had."""
        status = (self._folder / "status").read_text(encoding="utf-8")
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) // 1024
