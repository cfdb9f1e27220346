"""What became of each job, in a folder that workers share: a record and a lock for each."""

import fcntl
import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from spansight.errors import ConfigError

Position = Mapping[str, Any]
"""Where a job goes on next time; JSON, and its own business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What became of a job.  Times are Unix times; None where there was none."""

    since: float
    """What was due until then is done, or was before the job was first known."""
    started: float | None = None
    duration_s: float | None = None
    """Of the latest run that ended."""
    last_success: float | None = None
    last_failure: float | None = None
    error: str = ""
    """Of the latest run, if it failed."""
    said: str = ""
    """What the latest run that succeeded did."""
    successes: int = 0
    failures: int = 0
    position: Position = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of one job's record and lock, by the job's name."""

    folder: Path
    name: str

    def read(self) -> Record | None:
        """Return the record, None before there is one."""
        path = self._path("json")
        try:
            return Record(**cast("dict[str, Any]", json.loads(path.read_text("utf-8"))))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(
                f"{str(path)!r} is no record of a job ({error}); remove it, and the job begins anew"
            ) from None

    def write(self, record: Record) -> None:
        """Replace the record at once, never half."""
        fresh = self._path(f"{os.getpid()}.new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(asdict(record), file, indent=2, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path("json"))

    @contextmanager
    def lease(self) -> Generator[bool]:
        """Hold the job as long as the block runs; False where another process or thread does.

        The system frees it when its process ends, however it ends.
        """
        with self._lock().open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def is_leased(self) -> bool:
        """Whether somebody runs the job right now."""
        if not self._lock().exists():
            return False
        with self.lease() as held:
            return not held

    def _lock(self) -> Path:
        return self._path("lock")

    def _path(self, suffix: str) -> Path:
        return self.folder / f"{self.name}.{suffix}"


def shelf(folder: Path, name: str) -> Shelf:
    """Return a job's shelf, in a folder that is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"folder {str(folder)!r}: {error.strerror}; expected one that can be written"
        ) from error
    return Shelf(folder, name)
