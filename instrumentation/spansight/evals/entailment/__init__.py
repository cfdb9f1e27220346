"""Do contexts support a claim?  Whoever can tell is an `Entailment`; words stand in for a model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from spansight.measures.support import ENOUGH, objection


class Entailment(Protocol):
    """Whatever can tell whether contexts support a claim."""

    def objection(self, claim: str, contexts: Sequence[str], /) -> str | None:
        """Say why they do not, None if they do."""
        ...


@dataclass(frozen=True, slots=True)
class Lexical:
    """Compares words, numbers, names and negations; knows no meaning, needs no weights."""

    enough: float = ENOUGH
    """Share of a claim's terms that a passage has to have."""

    def objection(self, claim: str, contexts: Sequence[str], /) -> str | None:
        """Say what is missing, or which of the two denies it."""
        return objection(claim, contexts, enough=self.enough)
