"""The observer of the guide, called as it is there, and what its sample got wrong."""

from dataclasses import dataclass
from typing import Any

import pytest

from spansight import rag
from spansight.conventions import attributes, events
from spansight.evals.entailment import Lexical
from spansight.measures.claims import claims
from support.recording import Recorded


@dataclass
class Result:
    doc_id: str
    score: float


class Client:
    """A metrics client of the reader's own."""

    def __init__(self) -> None:
        self.figures: dict[str, Any] = {}

    def record(self, values: dict[str, Any]) -> None:
        self.figures |= values


def words(text: str) -> int:
    return len(text.split())


def supports(claim: str, context: str) -> bool:
    return claim in context


RESULTS = [Result("a", 0.9), Result("x", 0.5), Result("b", 0.1)]


def test_the_guide_s_calls_give_the_guide_s_figures() -> None:
    client = Client()
    observer = rag.RAGObserver(client, count_tokens=words, nli_check=supports)
    observer.observe_retrieval("q", RESULTS, ground_truth=["a", "b", "c"])
    observer.observe_context("q", ["It rains. It pours.", "Old men snore."])
    observer.observe_generation("q", "It rains. It snows.", ["It rains. It pours."])
    assert client.figures == {
        "rag.retrieval.num_results": 3,
        "rag.retrieval.avg_score": pytest.approx(0.5),
        "rag.retrieval.max_score": 0.9,
        "rag.retrieval.min_score": 0.1,
        "rag.retrieval.recall": pytest.approx(2 / 3),
        "rag.retrieval.precision": pytest.approx(2 / 5),
        "rag.context.num_chunks": 2,
        "rag.context.total_tokens": 7,
        "rag.context.avg_chunk_tokens": 3.5,
        "rag.generation.answer_length": 19,
        "rag.generation.faithfulness": 0.5,
    }


def test_a_subclass_after_the_guide_asks_its_own_questions() -> None:
    class Observer(rag.RAGObserver):
        def _extract_claims(self, answer: str) -> list[str]:
            return answer.split()

        def _nli_check(self, claim: str, context: str) -> bool:
            return claim in context

    client = Client()
    Observer(client).observe_generation("q", "rain snow", ["rain"])
    assert client.figures["rag.generation.faithfulness"] == 0.5


def test_a_check_that_fails_costs_no_other_figure() -> None:
    def fail(claim: str, _: str) -> bool:
        raise LookupError(claim)

    client = Client()
    rag.RAGObserver(client, nli_check=fail).observe_generation("q", "It rains.", ["It rains."])
    assert client.figures == {"rag.generation.answer_length": 9}


def test_nothing_found_and_nothing_given_are_measurements() -> None:
    client = Client()
    observer = rag.RAGObserver(client, count_tokens=words)
    observer.observe_retrieval("q", [], ground_truth=["a"])
    observer.observe_context("q", [])
    assert client.figures == {
        "rag.retrieval.num_results": 0,
        "rag.retrieval.recall": 0.0,
        "rag.retrieval.precision": 0.0,
        "rag.context.num_chunks": 0,
        "rag.context.total_tokens": 0,
    }


def test_precision_divides_by_k_and_not_by_the_set() -> None:
    client = Client()
    copies = [Result("a", 0.9), Result("a", 0.8)]
    rag.RAGObserver(client, k=3).observe_retrieval("q", copies, ground_truth=["a"])
    assert client.figures["rag.retrieval.precision"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("answer", ["", "…", " \n "])
def test_an_answer_that_claims_nothing_has_no_faithfulness(recorded: Recorded, answer: str) -> None:
    client = Client()
    observer = rag.RAGObserver(client, nli_check=supports)
    observer.observe_generation("q", answer, ["It rains."])
    assert client.figures == {"rag.generation.answer_length": len(answer)}
    assert not recorded.events


def test_a_refusal_that_nothing_supports_is_not_perfect() -> None:
    client = Client()
    observer = rag.RAGObserver(client, nli_check=supports)
    observer.observe_generation("q", "I do not know.", ["It rains."])
    assert client.figures["rag.generation.faithfulness"] == 0


def test_it_tells_on_the_step_that_it_is_called_in(recorded: Recorded) -> None:
    observer = rag.RAGObserver(nli_check=supports)
    with rag.retrieval(), rag.search():
        observer.observe_retrieval("q", RESULTS, ground_truth=["a"])
    with rag.context():
        observer.observe_context("q", ["It rains."])
    with rag.generation(model="m"):
        observer.observe_generation("q", "It rains.", ["It rains."])
    assert [span.name for span in recorded.spans] == [
        "vector_search",
        "rag_retrieval",
        "context",
        "llm_generation",
    ]
    assert recorded.attributes("vector_search")[attributes.RAG_RESULTS] == 3
    assert attributes.RAG_RESULTS not in recorded.attributes("rag_retrieval")
    assert recorded.attributes("context")[attributes.RAG_CONTEXT_CHUNKS] == 1
    assert recorded.attributes("llm_generation")[attributes.RAG_ANSWER_LENGTH] == 9
    faithful = recorded.events[-1]
    assert faithful.event_name == events.EVALUATION
    assert faithful.attributes[attributes.EVALUATION_NAME] == "faithfulness"
    assert faithful.attributes[attributes.EVALUATOR] == "nli"
    generation = recorded.spans[-1].context
    assert generation is not None
    assert faithful.span_id == generation.span_id


def test_an_entailment_check_is_one_of_its_own(recorded: Recorded) -> None:
    words = Lexical()
    observer = rag.RAGObserver(
        nli_check=lambda claim, context: words.objection(claim, [context]) is None,
        extract_claims=claims,
        by="heuristic",
    )
    observer.observe_generation("q", "It rains. Why? It snows.", ["In Seoul it rains."])
    (event,) = recorded.events
    assert event.attributes[attributes.EVALUATION_SCORE] == 0.5
    assert event.attributes[attributes.EVALUATOR] == "heuristic"


def test_elsewhere_it_makes_spans_that_claim_no_latency(recorded: Recorded) -> None:
    observer = rag.RAGObserver()
    observer.observe_retrieval("q", RESULTS)
    observer.observe_context("q", ["one"])
    observer.observe_generation("q", "It rains.", ["one"])
    stages = [(span.attributes or {})[attributes.STAGE] for span in recorded.spans]
    assert stages == ["observed_retrieval", "observed_context", "observed_generation"]
    assert not [stage for stage in stages if stage in attributes.STAGE_LABELS]


def test_a_client_or_a_check_that_fails_does_not_reach_the_application(recorded: Recorded) -> None:
    class Broken:
        def record(self, values: dict[str, Any]) -> None:
            raise RuntimeError(values)

    def breaks(claim: str, context: str) -> bool:
        raise RuntimeError(claim, context)

    observer = rag.RAGObserver(Broken(), nli_check=breaks)
    observer.observe_retrieval("q", RESULTS)
    observer.observe_generation("q", "It rains.", ["one"])
    assert len(recorded.spans) == 2
