"""How good an answer and its contexts are, by formulas; who checks a claim can be replaced."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from spansight.conventions import attributes, labels
from spansight.errors import ConfigError
from spansight.evals.entailment import Entailment, Lexical
from spansight.evals.model import Case, Evaluator, Verdict
from spansight.measures import citations, claims, contexts, ranking
from spansight.measures.words import words

_WORDS: Final = Lexical()


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """Supported claims ÷ claims (Es et al. 2023); an answer that claims nothing has no score.

    `entailment` says why a context does not support a claim; `by` is the evaluator of the score.
    """

    entailment: Entailment = _WORDS
    by: attributes.Evaluator = "heuristic"

    def evaluate(self, case: Case) -> Verdict | None:
        """Check every sentence of the answer; the reason lists those that nothing supports."""
        if case.answer is None or case.contexts is None:
            return None
        made = claims.claims(case.answer)
        value, reason = of_claims(
            made, [self.entailment.objection(claim, case.contexts) for claim in made]
        )
        return Verdict(value, reason, self.by)


def of_claims(made: Sequence[str], objections: Sequence[str | None]) -> tuple[float | None, str]:
    """Return the share of claims without an objection, and those with one, and why."""
    if not made:
        return None, "no claims"
    pairs = zip(made, objections, strict=True)
    wrong = [f"{claim} ({why})" for claim, why in pairs if why is not None]
    # A claim that is made twice counts twice, and is listed once.
    return (len(made) - len(wrong)) / len(made), "\n".join(dict.fromkeys(wrong))


@dataclass(frozen=True, slots=True)
class Measured:
    """A pure function of a case as an evaluator."""

    measure: Callable[[Case], float | None]

    def __repr__(self) -> str:
        """Name the function: its address is another one in each process."""
        return f"Measured({self.measure.__qualname__})"

    def evaluate(self, case: Case) -> float | None:
        """Measure it."""
        return self.measure(case)


def relevancy(case: Case) -> float | None:
    """Return the share of the question's terms that the answer takes up; 0 for a refusal."""
    asked = words(case.question).said
    if case.answer is None or not asked:
        return None
    if claims.is_refusal(case.answer):
        return 0.0
    return len(asked & words(case.answer).said) / len(asked)


def completeness(case: Case) -> float | None:
    """Return the share of the right answer's claims that the answer supports."""
    if case.answer is None or case.ground_truth is None:
        return None
    return claims.supported_share(case.ground_truth, [case.answer])


def context_relevance(case: Case) -> float | None:
    """Return the share of the contexts' sentences that have a term of the question."""
    return contexts.relevance(case.question, case.contexts or ())


def noise_ratio(case: Case) -> float | None:
    """Return the share of the contexts without a term of question or right answer."""
    return contexts.noise_ratio(case.question, case.contexts or (), case.ground_truth or "")


def coverage(case: Case) -> float | None:
    """Return the share of the right answer's terms that the contexts have."""
    if case.contexts is None or case.ground_truth is None:
        return None
    return contexts.coverage(case.ground_truth, case.contexts)


def redundancy(case: Case) -> float | None:
    """Return how much of the contexts is said more than once."""
    return contexts.redundancy(case.contexts or ())


def context_precision(case: Case) -> float | None:
    """Return whether the contexts that tell something of the right answer come first."""
    return contexts.precision(case.ground_truth or "", case.contexts or ())


def context_recall(case: Case) -> float | None:
    """Return the share of the right answer's claims that the contexts support."""
    if case.contexts is None or case.ground_truth is None:
        return None
    return claims.supported_share(case.ground_truth, case.contexts)


def citation_accuracy(case: Case) -> float | None:
    """Return the share of the references that lead to what supports their sentence."""
    return citations.accuracy(case.answer or "", case.contexts or ())


RAG: Final[Mapping[str, Evaluator]] = {
    labels.FAITHFULNESS: Faithfulness(),
    **{
        measure.__name__: Measured(measure)
        for measure in (
            relevancy,
            completeness,
            context_relevance,
            context_precision,
            context_recall,
            coverage,
            noise_ratio,
            redundancy,
            citation_accuracy,
        )
    },
}
"""Every measure of an answer and its contexts, by the name of its evaluation."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One of the measures at k: of ids that were found, against those that are relevant."""

    name: str
    k: int

    def evaluate(self, case: Case) -> float | None:
        """Measure the ranking."""
        if case.retrieved is None:
            return None
        return ranking.scores(case.retrieved, case.relevant, self.k).get(self.name)


def ranked(k: int) -> dict[str, Evaluator]:
    """Return the evaluators of a search: recall, precision, nDCG, reciprocal rank and so on."""
    if k not in ranking.CUTOFFS:
        raise ConfigError(f"k={k!r}: expected one of {', '.join(map(str, ranking.CUTOFFS))}")
    names = (*(f"{name}_at_{k}" for name in ranking.AT_K), *ranking.OF_ALL)
    return {name: Ranked(name, k) for name in names}
