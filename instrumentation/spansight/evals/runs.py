"""Runs and the files they are kept in: a line about the run, then one for each answer and score."""

import json
import math
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, Self, TextIO, cast

from spansight.conventions import labels
from spansight.errors import ConfigError
from spansight.evals.dataset import Dataset
from spansight.evals.fields import case, row
from spansight.evals.model import Case, Evaluator, Score


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
    target: str = ""
    """What answered the questions; empty where recorded answers were judged."""
    scores: Sequence[Score] = ()
    answers: Mapping[str, Case] = field(default_factory=dict[str, Case])
    """By case: what was asked and answered, for whoever compares two runs."""

    @classmethod
    def of(
        cls, dataset: Dataset, evaluators: Mapping[str, Evaluator], started: str, target: str = ""
    ) -> Self:
        """Begin a run, without scores yet."""
        return cls(
            dataset=dataset.name,
            version=dataset.version,
            questions=dataset.questions,
            cases=len(dataset.cases),
            evaluators={name: _made_of(one) for name, one in evaluators.items()},
            started=started,
            target=target,
        )

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a run's file; of a score that is there twice, the later one holds."""
        header, scores, answers = _read(Path(path))
        return cls(**header, scores=scores, answers=answers)

    def write(self, path: str | Path) -> None:
        """Write the run's file, such as a new baseline, whole or not at all."""
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = [_header(self), *map(row, self.answers.values()), *map(_said, self.scores)]
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_text("".join(map(_line, rows)), encoding="utf-8")
        fresh.replace(file)

    @property
    def missing(self) -> int:
        """How many scores there are not yet: those of an interrupted run."""
        unanswered = sum(
            one.name == labels.ANSWERING and one.error_type is not None for one in self.scores
        )
        answers = self.cases if self.target else 0
        return (self.cases - unanswered) * len(self.evaluators) + answers - len(self.scores)

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

    def with_scores(
        self, scores: Sequence[Score], answers: Mapping[str, Case] | None = None
    ) -> Self:
        """Return the run with these scores, and these answers."""
        return replace(self, scores=scores, answers=self.answers if answers is None else answers)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where what is finished is kept at once."""

    line: Callable[[Mapping[str, object]], object]

    def score(self, score: Score) -> None:
        """Keep a score."""
        self.line(_said(score))

    def answer(self, answered: Case) -> None:
        """Keep an answer."""
        self.line(row(answered))


@contextmanager
def kept(run: Run, path: Path | None) -> Generator[tuple[Run, float, Keeper]]:
    """Open a run's file: yield the run as far as it had come, what was spent, and a keeper.

    A run of another dataset, target or other evaluators is refused: its file would be of two runs.
    """
    if path is None:
        yield run, 0.0, Keeper(lambda _: None)
        return
    spent_usd = 0.0
    if path.exists():
        before = Run.read(path)
        spent_usd = before.cost_usd
        run = _resumed(run, before, path)
    with _opened(path, run) as file:

        def keep(said: Mapping[str, object]) -> None:
            file.write(_line(said))
            file.flush()

        yield run, spent_usd, Keeper(keep)


_HEADER: Final = tuple(one.name for one in fields(Run) if one.name not in {"scores", "answers"})
_SAME: Final = {
    "version": "of another dataset",
    "evaluators": "with other evaluators",
    "target": "of another target",
}


def _resumed(run: Run, before: Run, path: Path) -> Run:
    for name, which in _SAME.items():
        if getattr(before, name) != getattr(run, name):
            raise ConfigError(
                f"{path}: a run {which}"
                f" ({getattr(before, name)!r:.200}); expected {getattr(run, name)!r:.200}; "
                "name another file to begin a new run"
            )
    return before.with_scores([one for one in before.scores if one.error_type is None])


def _read(path: Path) -> tuple[dict[str, Any], list[Score], dict[str, Case]]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; expected the file of a run") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8; expected the file of a run") from error
    # A line without an end is the one that the process was writing when it ended.
    lines = text.split("\n")[:-1]
    rows = [_row(line, f"{path}:{number}") for number, line in enumerate(lines, 1)]
    if not rows or set(rows[0]) != set(_HEADER):
        raise ConfigError(f"{path}: no run; expected a file that an evaluation has written")
    scores: dict[tuple[str, str], Score] = {}
    answers: dict[str, Case] = {}
    for number, said in enumerate(rows[1:], 2):
        where = f"{path}:{number}"
        if "question" in said:
            answer = case(said, where, number)
            answers[answer.id] = answer
        else:
            score = _score(said, where)
            scores[score.case, score.name] = score
    return rows[0], list(scores.values()), answers


def _score(said: dict[str, Any], where: str) -> Score:
    try:
        return Score(**said)
    except TypeError as error:
        raise ConfigError(f"{where}: no score: {error}") from error


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError as error:
        raise ConfigError(f"{where}: no JSON: {error}; expected a line of a run") from error
    if not isinstance(said, dict):
        raise ConfigError(f"{where}: {said!r:.60}; expected a line of a run")
    return cast("dict[str, Any]", said)


def _opened(path: Path, run: Run) -> TextIO:
    """Open a run's file at its end, or begin one."""
    try:
        if path.exists():
            _end_last_line(path)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_line(_header(run)), encoding="utf-8")
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; expected a place to write to") from error


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


def _line(said: Mapping[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False) + "\n"


def _made_of(evaluator: Evaluator) -> str:
    # The usual repr holds an address, which is another one each time.
    return repr(evaluator) if is_dataclass(evaluator) else type(evaluator).__qualname__
