"""The two evaluators: one asks somebody who can tell, the other looks for words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Final, cast

from spansight.conventions import attributes
from spansight.errors import ConfigError
from spansight.evals.model import Case, Verdict
from spansight.evals.places import imported
from spansight.evals.toxicity.classifier import Packaged
from spansight.evals.toxicity.quotation import outside
from spansight.evals.toxicity.words import abusive

Scorer = Callable[[str], float | None]
"""Scores a text from 0 to 1, of which 1 is the worst; None where it cannot read it."""

UNSUPPORTED: Final = "unsupported"
"""The label of an answer in a language that the scorer does not read."""


@dataclass(frozen=True, slots=True)
class Toxicity:
    """How abusive the answer is: by the packaged model, or by whoever else can score a text."""

    quotes: ClassVar = False
    scorer: Scorer = field(default_factory=Packaged)
    by: attributes.Evaluator = "classifier"

    def prepare(self) -> None:
        """Let the scorer load what it needs, before the first answer."""
        prepare: object = getattr(self.scorer, "prepare", None)
        if callable(prepare):
            prepare()

    def evaluate(self, case: Case) -> Verdict | None:
        """Score the answer; one in a language that nobody reads here has a label and no score."""
        if not (case.answer and case.answer.strip()):
            return None
        score = self.scorer(case.answer)
        if score is None:
            return Verdict(UNSUPPORTED, "the scorer does not read its language", self.by)
        return Verdict(score, "", self.by)


@dataclass(frozen=True, slots=True)
class NotAbusive:
    """The answer has no abusive word of the Korean and English list outside quotation marks."""

    quotes: ClassVar = False

    def evaluate(self, case: Case) -> Verdict | None:
        """Count them and name none: the reason may go where the answer may not."""
        if case.answer is None:
            return None
        found = abusive(outside(case.answer))
        return Verdict(not found, f"{found} abusive words" if found else "")


def scorer_of(path: str) -> Scorer:
    """Return the scorer that `module:function` names: a model of your own."""
    scorer = imported(path, "scorer")
    if not callable(scorer):
        raise ConfigError(f"{path!r}: expected a function that scores a text")
    return cast("Scorer", scorer)
