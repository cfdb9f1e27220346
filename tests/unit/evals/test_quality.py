"""Measures of answers and contexts as evaluators, and the daily evaluation."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from spansight.errors import ConfigError
from spansight.evals import Case, Dataset, Faithfulness, Verdict, evaluate, run_offline_eval
from spansight.evals.quality import RAG, ranked
from support.recording import Recorded

CASE = Case(
    id="1",
    question="How long do refunds take?",
    answer="Refunds take 7 days [1]. Trains are slow [2].",
    contexts=("Refunds take 7 days.", "Trains are fast."),
    ground_truth="Refunds take 7 days.",
    retrieved=("a", "x"),
    relevant=("a", "b"),
)
ROW = {
    "question": "How long do refunds take?",
    "answer": "Refunds take 9 days. 환불은 카드로 받습니다.",
    "contexts": ["Refunds take 7 days.", "환불은 카드로 받습니다."],
    "ground_truth": "Refunds take 7 days.",
}


def test_every_measure_of_rag_has_a_name_and_a_score() -> None:
    run = evaluate(Dataset("d", [CASE]), RAG)
    assert {score.name: score.value for score in run.scores} == {
        "faithfulness": 1 / 2,
        "relevancy": 2 / 3,
        "completeness": 1.0,
        "context_relevance": 1 / 2,
        "context_precision": 1.0,
        "context_recall": 1.0,
        "coverage": 1.0,
        "noise_ratio": 1 / 2,
        "redundancy": 0.0,
        "citation_accuracy": 1 / 2,
    }


def test_a_run_is_the_same_in_another_process() -> None:
    described = evaluate(Dataset("d", [CASE]), RAG).evaluators
    assert described["coverage"] == "Measured(coverage)"
    assert described["faithfulness"] == (
        "Faithfulness(entailment=Lexical(enough=0.75), by='heuristic')"
    )


def test_the_reason_lists_what_nothing_supports() -> None:
    verdict = Faithfulness().evaluate(CASE)
    assert verdict == Verdict(0.5, "Trains are slow. (not in the context: slow)")


@pytest.mark.parametrize("answer", ["", "I don't know.", "죄송합니다.", "Anything else?"])
def test_an_answer_without_claims_has_no_faithfulness(answer: str) -> None:
    verdict = Faithfulness().evaluate(Case(id="1", question="q", answer=answer, contexts=("x",)))
    assert verdict == Verdict(None, "no claims")


def test_claims_without_any_context_are_unsupported_and_an_unknown_one_is_not_judged() -> None:
    unknown = Case(id="1", question="q", answer="Refunds take 7 days.")
    verdict = Faithfulness().evaluate(replace(unknown, contexts=()))
    assert verdict is not None
    assert verdict.value == 0
    assert Faithfulness().evaluate(unknown) is None


def test_another_entailment_check_takes_the_place_of_words() -> None:
    class Agrees:
        def objection(self, claim: str, contexts: Sequence[str]) -> str | None:
            return None if contexts else claim

    verdict = Faithfulness(Agrees(), by="nli").evaluate(CASE)
    assert verdict == Verdict(1.0, by="nli")


def test_a_search_is_measured_against_what_was_relevant() -> None:
    run = evaluate(Dataset("d", [CASE, Case(id="2", question="q")]), ranked(3))
    assert (run.mean("recall_at_3"), run.mean("precision_at_3")) == (1 / 2, 1 / 3)
    assert (run.mean("reciprocal_rank"), run.failures) == (1.0, [])


@pytest.mark.parametrize("k", [0, 2, 7, 1000])
def test_a_search_is_measured_at_a_few_k_only(k: int) -> None:
    with pytest.raises(ConfigError, match=f"k={k}: expected one of 1, 3, 5, 10, 20, 50, 100"):
        ranked(k)


def test_each_measure_is_defined_in_the_documentation() -> None:
    text = (Path(__file__).parents[3] / "docs" / "evaluation.md").read_text("utf-8")
    names = {*RAG, *(name.replace("_at_5", "_at_k") for name in ranked(5))}
    assert [name for name in names if f"\n| {name} |" not in text] == []


def test_the_guide_s_call_gives_the_guide_s_figures(recorded: Recorded) -> None:
    figures = run_offline_eval([ROW])
    assert datetime.fromisoformat(str(figures.pop("timestamp"))).tzinfo is not None
    assert figures == {
        "faithfulness": 1 / 2,
        "relevancy": 2 / 3,
        "context_precision": 1.0,
        "context_recall": 1.0,
    }
    assert len(recorded.events) == 4


def test_what_no_row_has_a_score_of_has_no_mean() -> None:
    figures = run_offline_eval(Dataset.of([{"question": "How long?", "answer": "7 days."}]))
    assert (figures["faithfulness"], figures["context_recall"]) == (None, None)


@pytest.mark.parametrize(
    "filler", ["word " * 100_000, "One two three. " * 33_000, "\n" * 300_000, " " * 300_000]
)
def test_every_measure_reads_a_context_of_100_000_tokens(filler: str) -> None:
    """To its end: what supports the answer stands there."""
    long = replace(CASE, contexts=(f"{filler}\nRefunds take 7 days.", "Trains are fast."))
    assert None not in [evaluator.evaluate(long) for evaluator in RAG.values()]
    verdict = RAG["faithfulness"].evaluate(long)
    assert isinstance(verdict, Verdict)
    assert verdict.value == 0.5
