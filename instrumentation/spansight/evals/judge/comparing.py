"""Which of two answers is better?  Asked both ways round: who likes what comes first says a tie."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from spansight.errors import ConfigError
from spansight.evals.judge.judge import Judge
from spansight.evals.judge.prompt import Prompt, reasoned, shipped
from spansight.evals.judge.session import Session
from spansight.evals.model import Case, Verdict

Winner = Literal["one", "other", "tie"]

COMPARISON: Final = shipped(
    "comparison", reasoned(better={"type": "string", "enum": ["first", "second", "tie"]})
)
_ONE_FIRST: Final[dict[str, Winner]] = {"first": "one", "second": "other", "tie": "tie"}
_OTHER_FIRST: Final[dict[str, Winner]] = {"first": "other", "second": "one", "tie": "tie"}
_VALUES: Final[dict[Winner, float]] = {"one": 1.0, "tie": 0.5, "other": 0.0}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a judge says of two answers, asked both ways round."""

    winner: Winner
    agreed: bool
    """Whether it said the same both times; where it did not, the winner is a tie."""
    reason: str
    length_difference: float
    """Length of the one minus that of the other ÷ that of the longer: from -1 to 1."""
    verdict: Verdict
    """1 where the one is better, 0 where the other is: the mean is the share that it wins."""


async def compare(judge: Judge, case: Case, other: str, prompt: Prompt = COMPARISON) -> Comparison:
    """Compare a case's answer with another answer to its question."""
    if case.answer is None:
        raise ConfigError(f"case {case.id!r}: no `answer`; expected one to compare")
    one = case.answer
    async with judge.asked(prompt) as session:
        there, why, note = await _better(session, case, one, other)
        back, why_back, _ = await _better(session, case, other, one)
        first, second = _ONE_FIRST[there], _OTHER_FIRST[back]
        agreed = first == second
        winner = first if agreed else "tie"
        longer = max(len(one), len(other))
        difference = (len(one) - len(other)) / longer if longer else 0.0
        reason = why if agreed else f"depends on the order: {why} / {why_back}"
        told = f"{winner}: {reason} (length {difference:+.0%}){note}"
        verdict = session.verdict(_VALUES[winner], told)
    return Comparison(winner, agreed, reason, difference, verdict)


def longer_wins(comparisons: Iterable[Comparison]) -> float | None:
    """Return the share of decisions in favour of the longer answer; far above a half is suspect.

    None where nothing was decided between answers of different length.
    """
    decided = [
        (one.winner == "one") == (one.length_difference > 0)
        for one in comparisons
        if one.winner != "tie" and one.length_difference
    ]
    return sum(decided) / len(decided) if decided else None


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether an answer is better than the one that `metadata` holds: 1, a tie 0.5, worse 0."""

    judge: Judge
    against: str = "baseline"
    """Name of the other answer in the case's `metadata`."""
    prompt: Prompt = COMPARISON

    async def evaluate(self, case: Case) -> Verdict | None:
        """Ask both ways round; None where either answer is not known."""
        other = case.metadata.get(self.against)
        if case.answer is None or not isinstance(other, str):
            return None
        return (await compare(self.judge, case, other, self.prompt)).verdict


async def _better(session: Session, case: Case, first: str, second: str) -> tuple[str, str, str]:
    """Return which one is better, why, and what was not read."""
    shown = session.prompt.shown(case) or {}
    message = session.fenced({**shown, "first": first, "second": second})
    opinion = await session.ask(message.text)
    return opinion["better"], opinion["reason"], message.note
