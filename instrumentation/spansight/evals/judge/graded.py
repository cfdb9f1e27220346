"""Grades by a rubric: of relevance, of completeness, or of whatever a text of your own asks for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from spansight.evals.judge.judge import Judge
from spansight.evals.judge.prompt import Prompt
from spansight.evals.judge.votes import cast_votes, middle, odd, tally
from spansight.evals.model import Case, Verdict


@dataclass(frozen=True, slots=True)
class Graded:
    """A judge's grade, as a score: the lowest is 0, the highest 1."""

    rubric: Prompt
    judge: Judge
    votes: int = 1
    """How many opinions are asked for; the middle one holds."""

    def __post_init__(self) -> None:
        odd(self.votes)

    @classmethod
    def by(cls, path: str | Path, judge: Judge, votes: int = 1) -> Self:
        """Grade by a rubric in a file of your own."""
        return cls(Prompt.read(path), judge, votes)

    async def evaluate(self, case: Case) -> Verdict | None:
        """Ask; None where the rubric needs to see what nobody knows of the case."""
        shown = self.rubric.shown(case)
        if shown is None:
            return None
        async with self.judge.asked(self.rubric, often=self.votes > 1) as session:
            message = session.fenced(shown)
            opinions = await cast_votes(
                lambda: session.ask(message.text), self.votes, lambda vote: vote["grade"]
            )
            grades: list[int] = [one["grade"] for one in opinions]
            grade = middle(grades, self.votes)
            said = f"{grade} of {self.rubric.grades}: {_reason(opinions, grade)}"
            value = (grade - 1) / (self.rubric.grades - 1)
            return session.verdict(value, said + tally(grades) + message.note)


def _reason(opinions: list[dict[str, Any]], grade: int) -> str:
    return next(one["reason"] for one in opinions if one["grade"] == grade)
