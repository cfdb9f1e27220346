"""What people judged, as lines of a file that only grows: what is in it is not asked again.

A line is on disk before its reviewer sees the next case.  Several reviewers, and several processes,
write to one file: each line is written under a lock, and everybody reads on from where they were.
"""

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, cast

from spansight.errors import ConfigError
from spansight.settings import say

LOWEST, HIGHEST = 1, 5

_KIND: Final = "kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one person said of one case, or that they would rather not."""

    id: str
    at: str
    """The time, in UTC, as ISO 8601 has it."""
    case: str
    version: str
    """A hash of what was shown: another answer is another case, whatever its id."""
    queue: str
    reviewer: str
    score: int | None = None
    """From 1 to 5."""
    labels: tuple[str, ...] = ()
    comment: str = ""
    skipped: bool = False
    trace_id: str | None = None
    span_id: str | None = None
    response_id: str | None = None
    whose: Mapping[str, str] | None = None
    """Feature, team and the like of the answer, as its case has them."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A judgement was taken back."""

    id: str


@dataclass(frozen=True, slots=True)
class Told:
    """A judgement has left as an event."""

    id: str


Entry = Judgement | Withdrawn | Told

_KINDS: Final[Mapping[str, type[Entry]]] = {
    "judgement": Judgement,
    "withdrawn": Withdrawn,
    "told": Told,
}
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}


@dataclass(slots=True)
class Journal:
    """The file, and what it says as far as it was read."""

    path: Path
    _judged: dict[str, Judgement] = field(default_factory=dict[str, Judgement], init=False)
    _told: set[str] = field(default_factory=set[str], init=False)
    _read: int = field(default=0, init=False)
    """Bytes that were read."""
    _lines: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
            self.judgements()
        except OSError as error:
            raise ConfigError(
                f"{str(self.path)!r}: {error.strerror}; expected a file that can be written"
            ) from error

    def append(self, entry: Entry) -> None:
        """Put an entry on disk; what another process left half written stays a line of its own."""
        row = {_KIND: _NAMES[type(entry)], **_said(entry)}
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        with self.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _ends_within_a_line(file.fileno()):
                line = b"\n" + line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def judgements(self) -> list[Judgement]:
        """Return what holds by now, whoever wrote it: the later one of two by one person."""
        with self.path.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            self._lines += 1
            self._take(line)
        latest = {(one.case, one.version, one.reviewer): one for one in self._judged.values()}
        return list(latest.values())

    def untold(self) -> list[Judgement]:
        """Return the judgements that have not left as events; a skipped case is no judgement."""
        return [one for one in self.judgements() if one.id not in self._told and not one.skipped]

    def is_told(self, judgement: Judgement) -> bool:
        """Whether a judgement has left as an event."""
        self.judgements()
        return judgement.id in self._told

    def _take(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            entry = _entry(json.loads(line))
        except (ValueError, TypeError, KeyError):
            say(f"{self.path}:{self._lines}: expected a judgement; left out")
            return
        match entry:
            case Judgement():
                self._judged[entry.id] = entry
            case Withdrawn():
                self._judged.pop(entry.id, None)
            case Told():
                self._told.add(entry.id)


def _ends_within_a_line(file: int) -> bool:
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != b"\n"


def _said(entry: Entry) -> dict[str, object]:
    """Return what is not as usual: the file is read by people too."""
    usual = {one.name: one.default for one in fields(entry)}
    return {name: value for name, value in asdict(entry).items() if value != usual[name]}


def _entry(row: Any) -> Entry:  # noqa: ANN401 - whatever the line holds
    values = cast("dict[str, Any]", dict(row))
    kind = _KINDS[values.pop(_KIND)]
    if "labels" in values:
        values["labels"] = tuple(values["labels"])
    return kind(**values)
