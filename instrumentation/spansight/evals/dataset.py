"""Cases in files: JSONL, CSV and YAML; a mistake in one is named by file and line."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from spansight.errors import ConfigError
from spansight.evals.fields import case, row
from spansight.evals.files import READERS
from spansight.evals.model import Case

_ASKED: Final = ("id", "question", "ground_truth", "relevant")
_HEXITS: Final = 16


@dataclass(frozen=True, slots=True)
class Dataset:
    """Cases under a name; their ids are unique."""

    name: str
    cases: Sequence[Case]

    def __post_init__(self) -> None:
        if not self.cases:
            raise ConfigError(f"{self.name}: no cases; expected at least one")
        ((first, times),) = Counter(one.id for one in self.cases).most_common(1)
        if times > 1:
            raise ConfigError(f"{self.name}: id {first!r} {times} times; expected each once")

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a .jsonl, .csv or .yaml file; a case without an id is known by its place.

        A mistake is a ConfigError that names file and line.
        """
        file = Path(path)
        if file.suffix not in READERS:
            expected = ", ".join(READERS)
            raise ConfigError(f"{file}: suffix {file.suffix!r}; expected one of {expected}")
        try:
            rows = [(f"{file}:{line}", given) for line, given in READERS[file.suffix](file)]
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "not UTF-8"
            raise ConfigError(f"{file}: {why}; expected a file of cases") from error
        return cls(file.stem, _cases(rows, nothing=f"{file}: no cases; expected at least one"))

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, object]], name: str = "dataset") -> Self:
        """Take rows of plain data, such as ``{"question": …, "answer": …, "contexts": […]}``.

        Keys are the fields of `Case`; only `question` must be there.  A mistake is a ConfigError.
        """
        named = [(f"{name}[{place}]", given) for place, given in enumerate(rows)]
        return cls(name, _cases(named, nothing=f"{name}: no cases; expected at least one"))

    def write(self, path: str | Path) -> None:
        """Write the cases as JSONL, to be read again."""
        lines = (json.dumps(row(one), ensure_ascii=False) + "\n" for one in self.cases)
        Path(path).write_text("".join(lines), encoding="utf-8")

    @property
    def version(self) -> str:
        """A hash of all that the cases say: with the same one, a run can be resumed."""
        return _hash([asdict(one) for one in self.cases])

    @property
    def questions(self) -> str:
        """A hash of what is asked and expected: with the same one, two runs can be compared."""
        return _hash([{name: getattr(one, name) for name in _ASKED} for one in self.cases])


def _cases(rows: Sequence[tuple[str, Mapping[str, object]]], nothing: str) -> list[Case]:
    if not rows:
        raise ConfigError(nothing)
    cases: list[Case] = []
    places: dict[str, str] = {}
    for number, (where, given) in enumerate(rows, 1):
        read = case(given, where, number)
        if read.id in places:
            raise ConfigError(
                f"{where}: id {read.id!r} a second time, after {places[read.id]}; "
                "expected each once"
            )
        places[read.id] = where
        cases.append(read)
    return cases


def _hash(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HEXITS]
