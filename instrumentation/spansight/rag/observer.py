"""Observe a pipeline after the fact: three methods that are told what each stage had and made.

An empty list is a measurement.  What nobody can know has no value, neither 0 nor 1: the mean score
of no results, tokens without a tokenizer, the faithfulness of an answer that claims nothing.
"""

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol, TypeVar

from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes, labels
from spansight.measures.ranking import Relevant
from spansight.measures.sentences import sentences
from spansight.rag.calls import Generation
from spansight.rag.searches import Search
from spansight.rag.step import Step
from spansight.rag.steps import Context, context_told, searching
from spansight.telemetry import events
from spansight.telemetry.guard import Guard
from spansight.telemetry.replies.results import told
from spansight.telemetry.scopes.traced import current

S = TypeVar("S", bound=Step)


class MetricsClient(Protocol):
    """Whatever else takes the figures, by the names of `attributes.RAG_OBSERVED`."""

    def record(self, values: dict[str, Any], /) -> object:
        """Take the figures of one stage."""


class RAGObserver:
    """Records what it is told on the step that it is called in, else on a span of its own.

    Its scores are from 0 to 1; what nobody can know is left out.  A subclass may have the guide's
    methods of its own: `_extract_claims`, `_nli_check` and `_check_faithfulness`.
    """

    def __init__(
        self,
        metrics_client: MetricsClient | None = None,
        *,
        count_tokens: Callable[[str], int] | None = None,
        extract_claims: Callable[[str], Sequence[str]] = sentences,
        nli_check: Callable[[str, str], bool] | None = None,
        by: attributes.Evaluator = "nli",
        k: int = 5,
    ) -> None:
        """Take what counts a text's tokens, and what tells whether a context supports a claim.

        `nli_check` gets a claim and all contexts, joined by spaces.  `by` is the evaluator of that
        score: `heuristic` where words are compared.  `k` is how many results the ranking's scores
        look at: 1, 3, 5, 10, 20, 50 or 100.
        """
        self.metrics: Final = metrics_client
        self._count_tokens: Final = count_tokens
        self._claims: Final = extract_claims
        self._supports: Final = nli_check
        self._by: Final[attributes.Evaluator] = by
        self._k: Final = k

    def observe_retrieval(
        self, query: str, results: Collection[Any], ground_truth: Relevant | None = None
    ) -> None:
        """Record what a search found; with ground truth, also recall, precision and nDCG at k.

        Of each result, `score` and `doc_id`, `document_id` or `id` are read; ground truth is the
        ids of the right documents, or a mapping from id to grade.
        """
        with _step(Search, lambda: searching("observed_retrieval", query=query)) as step:
            step.results(results)
            scores = step.relevant(ground_truth, k=self._k) if ground_truth else {}
        with Guard("figures of a retrieval"):
            measured = {name.partition("_at_")[0]: score for name, score in scores.items()}
            self._record({**told(results), **measured})

    def observe_context(self, query: str, contexts: Collection[str]) -> None:  # noqa: ARG002 - the guide's call
        """Record how many contexts the model was given, and their tokens if they can be counted."""
        with _step(Context, lambda: Context("observed_context")) as step:
            step.chunks(contexts, tokens=self._count_tokens)
        with Guard("figures of a context"):
            self._record(context_told(contexts, self._count_tokens))

    def observe_generation(self, query: str, answer: str, contexts: Collection[str]) -> None:  # noqa: ARG002 - the guide's call
        """Record how many characters the answer has, and how faithful it is if that can be checked.

        Faithfulness is supported claims ÷ claims (Es et al. 2023); without a claim there is none.
        """
        with _step(
            Generation, lambda: Generation(attributes.CHAT, "observed_generation", {})
        ) as step:
            step.answer(answer)
            judged: dict[str, AttributeValue] = {}
            with Guard("faithfulness of an answer"):
                faithfulness = self._check_faithfulness(answer, contexts)
                if faithfulness is not None:
                    name = labels.FAITHFULNESS
                    events.evaluation(name, faithfulness, evaluator=self._by, context=step.about)
                    judged[name] = faithfulness
        with Guard("figures of a generation"):
            self._record({attributes.RAG_ANSWER_LENGTH: len(answer), **judged})

    def _check_faithfulness(self, answer: str, contexts: Collection[str]) -> float | None:
        """Return the share of the answer's claims that the context supports."""
        context = " ".join(contexts)
        checked = [self._nli_check(claim, context) for claim in self._extract_claims(answer)]
        known = [supported for supported in checked if supported is not None]
        return sum(known) / len(known) if known else None

    def _extract_claims(self, answer: str) -> Sequence[str]:
        return self._claims(answer)

    def _nli_check(self, claim: str, context: str) -> bool | None:
        return None if self._supports is None else self._supports(claim, context)

    def _record(self, figures: Mapping[str, AttributeValue]) -> None:
        if self.metrics is not None:
            named = attributes.RAG_OBSERVED
            self.metrics.record({named[key]: v for key, v in figures.items() if key in named})


@contextmanager
def _step(kind: type[S], make: Callable[[], S]) -> Generator[S]:
    """Find the innermost step of this kind that is open, or open one."""
    scope = current()
    while scope is not None and not isinstance(scope, kind):
        scope = scope.outer
    if scope is not None:
        yield scope
    else:
        with make() as step:
            yield step
