"""Runs and the files they are kept in: a line about the run, then one for each score."""

import json
import math
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol, Self, cast

from spansight.errors import ConfigError
from spansight.evals.dataset import Dataset
from spansight.evals.model import Evaluator, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What evaluators said of a dataset."""

    dataset: str
    version: str
    questions: str
    """The dataset's hashes when it was run."""
    cases: int
    evaluators: Mapping[str, str]
    """Each one's name, and what it was made of."""
    started: str
    """The time it began, in UTC, as ISO 8601 has it."""
    scores: Sequence[Score] = ()

    @classmethod
    def of(cls, dataset: Dataset, evaluators: Mapping[str, Evaluator], started: str) -> Self:
        """Begin a run, without scores yet."""
        return cls(
            dataset=dataset.name,
            version=dataset.version,
            questions=dataset.questions,
            cases=len(dataset.cases),
            evaluators={name: _made_of(one) for name, one in evaluators.items()},
            started=started,
        )

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a run's file; of a score that is there twice, the later one holds."""
        header, scores = _read(Path(path))
        return cls(**header, scores=scores)

    @property
    def failures(self) -> list[Score]:
        """The scores that there should have been."""
        return [score for score in self.scores if score.error_type is not None]

    @property
    def cost_usd(self) -> float:
        """What the evaluators said they spent."""
        return math.fsum(score.cost_usd for score in self.scores)

    def mean(self, name: str) -> float | None:
        """Return the mean of an evaluator's numbers, passes counting 1 and fails 0."""
        values = [one.value for one in self.scores if one.name == name and one.value is not None]
        return math.fsum(values) / len(values) if values else None

    def with_scores(self, scores: Sequence[Score]) -> Self:
        """Return the run with these scores."""
        return replace(self, scores=scores)


class Keeper(Protocol):
    """Where a finished score is kept at once."""

    def __call__(self, score: Score, /) -> None:
        """Keep a score."""


@contextmanager
def kept(run: Run, path: Path | None) -> Generator[tuple[Run, Keeper]]:
    """Open a run's file: yield the run as far as it had come, and what keeps further scores.

    A run of another dataset or of other evaluators is refused: its file would be of two runs.
    """
    if path is None:
        yield run, _forget
        return
    if path.exists():
        run = _resumed(run, Run.read(path), path)
        _end_last_line(path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_line(_header(run)), encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:

        def keep(score: Score) -> None:
            file.write(_line(_said(score)))
            file.flush()

        yield run, keep


_HEADER: Final = tuple(one.name for one in fields(Run) if one.name != "scores")
_SAME: Final = {"version": "of another dataset", "evaluators": "with other evaluators"}


def _forget(_: Score) -> None:
    """Keep nothing: there is no file."""


def _resumed(run: Run, before: Run, path: Path) -> Run:
    for name, which in _SAME.items():
        if getattr(before, name) != getattr(run, name):
            raise ConfigError(
                f"{path}: a run {which}"
                f" ({getattr(before, name)!r:.200}); expected {getattr(run, name)!r:.200}; "
                "name another file to begin a new run"
            )
    return before.with_scores([one for one in before.scores if one.error_type is None])


def _read(path: Path) -> tuple[dict[str, Any], list[Score]]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; expected the file of a run") from error
    # A line without an end is the one that the process was writing when it ended.
    lines = text.split("\n")[:-1]
    rows = [_row(line, f"{path}:{number}") for number, line in enumerate(lines, 1)]
    if not rows or set(rows[0]) != set(_HEADER):
        raise ConfigError(f"{path}: no run; expected a file that an evaluation has written")
    scores: dict[tuple[str, str], Score] = {}
    for number, row in enumerate(rows[1:], 2):
        try:
            score = Score(**row)
        except TypeError as error:
            raise ConfigError(f"{path}:{number}: no score: {error}") from error
        scores[score.case, score.name] = score
    return rows[0], list(scores.values())


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ConfigError(f"{where}: no JSON: {error}; expected a line of a run") from error
    if not isinstance(row, dict):
        raise ConfigError(f"{where}: {row!r:.60}; expected a line of a run")
    return cast("dict[str, Any]", row)


def _end_last_line(path: Path) -> None:
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        with path.open("r+b") as file:
            file.truncate(whole)


def _header(run: Run) -> dict[str, object]:
    return {name: getattr(run, name) for name in _HEADER}


def _said(score: Score) -> dict[str, object]:
    """Return what is not as usual: a run of ten thousand cases is read by people too."""
    usual = {one.name: one.default for one in fields(Score)}
    return {name: value for name, value in asdict(score).items() if value != usual[name]}


def _line(row: Mapping[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _made_of(evaluator: Evaluator) -> str:
    # The usual repr holds an address, which is another one each time.
    return repr(evaluator) if is_dataclass(evaluator) else type(evaluator).__qualname__
