"""A step that finds something, and what is known of what it found."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any, cast

from spansight.conventions import attributes
from spansight.measures import ranking
from spansight.rag.step import Step
from spansight.settings import say
from spansight.telemetry import events
from spansight.telemetry.guard import Guard
from spansight.telemetry.records import answers
from spansight.telemetry.replies import results
from spansight.telemetry.standard import captures_content


class Search(Step):
    """A step that finds something: it tells how much, how relevant, and how good that was."""

    _ids: Sequence[Hashable] | None = None

    def results(
        self, found: int | Collection[Any], *, id_of: Callable[[Any], Hashable] = results.identity
    ) -> None:
        """Record what was found: the results themselves, their scores, or their number.

        Of each result, `score` is read, and `doc_id`, `document_id` or `id` unless `id_of` says
        better: attributes, keys, or the parts of a pair.
        """
        with Guard("results of a step"):
            self._span.set_attributes(results.told(found))
            if isinstance(found, Collection):
                self._ids = [id_of(item) for item in found]
                answers.keep_found(self._span.get_span_context(), found)
                if captures_content():
                    self._keep(attributes.RETRIEVAL_DOCUMENTS, results.documents(found) or None)

    def relevant(self, documents: ranking.Relevant, *, k: int = 5) -> dict[str, float]:
        """Score the results recorded before against the ids, or graded ids, of the right ones.

        Each score is an evaluation of this step, from 0 to 1, and is returned by its name:
        `recall_at_5`, `reciprocal_rank` and so on, as trec_eval has them.  There is none where
        there is no right document.  What is wrong is one line on standard error.
        """
        scores: dict[str, float] = {}
        with Guard("scores of a search") as guard:
            if self._ids is None:
                say(f"relevant() of {self.name!r}: expected results() before; not recorded")
            elif k not in ranking.CUTOFFS:
                expected = ", ".join(map(str, ranking.CUTOFFS))
                say(f"k={k!r} of {self.name!r}: expected one of {expected}; not recorded")
            else:
                scores = ranking.scores(self._ids, documents, k)
                for name, score in scores.items():
                    events.evaluation(name, score, evaluator="heuristic", context=self.about)
        if guard.error is not None:
            say(f"relevant() of {self.name!r}: {guard.error}; not recorded")
        return scores

    def called(self, arguments: Mapping[str, Any]) -> None:
        """Take the query that the decorated function was called with."""
        if isinstance(query := arguments.get("query"), str):
            self._keep(attributes.RETRIEVAL_QUERY_TEXT, query)

    def returned(self, result: object) -> None:
        """Take the list that the decorated function returned."""
        if isinstance(result, list | tuple):
            self.results(cast("Collection[object]", result))
