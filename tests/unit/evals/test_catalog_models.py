"""Evaluators that ask a model, by the names that the command line takes."""

from pathlib import Path

import pytest

from spansight.cli.judging import priced, pricing
from spansight.cost import table
from spansight.cost.price import Price, Rate
from spansight.errors import ConfigError
from spansight.evals import Faithfulness, catalog
from spansight.evals.judge import Graded, Judge, JudgedFaithfulness, Used
from spansight.evals.judge.rubrics import BY_NAME
from spansight.evals.quality import RAG
from support.onnx_model import folder

RATE = Rate(input=2.0, cache_read=0.5, cache_write=2.0, cache_write_1h=2.0, output=8.0)


@pytest.fixture(autouse=True)
def _a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPANSIGHT_JUDGE_MODEL", "gpt-4o-mini")
    monkeypatch.setenv("SPANSIGHT_JUDGE_URL", "http://127.0.0.1:1/v1")


def test_a_judge_s_rubrics_are_named_and_claims_are_checked_by_theirs() -> None:
    judge = Judge.from_env()
    assert catalog.named(["judge=relevance", "judge=faithfulness"]) == {
        "relevance": Graded(BY_NAME["relevance"], judge),
        "faithfulness": JudgedFaithfulness(judge),
    }


def test_a_model_on_disk_checks_claims(tmp_path: Path) -> None:
    at = folder(tmp_path, ["refunds"])
    evaluator = catalog.named([f"nli={at}"])["faithfulness"]
    assert isinstance(evaluator, Faithfulness)
    assert evaluator.by == "nli"
    with pytest.raises(ConfigError, match=r"none: no 'model\.onnx'"):
        catalog.named([f"nli={tmp_path / 'none'}"])


def test_ragas_that_is_not_installed_is_one_clear_error() -> None:
    """It has an environment of its own, and this is not that one."""
    with pytest.raises(ConfigError, match=r"RAGAS is not installed; pip install 'spansight\[ragas"):
        catalog.named(["ragas=faithfulness"])
    with pytest.raises(ConfigError, match="metric='tone': expected one of faithfulness, relevancy"):
        catalog.named(["ragas=tone"])


def test_judges_learn_what_their_model_costs_and_others_stay_as_they_are() -> None:
    found = priced({"judged": Graded(BY_NAME["relevance"], Judge.from_env()), **RAG})
    judged = found.pop("judged")
    assert found == RAG
    assert isinstance(judged, Graded)
    assert judged.judge.price is not None
    assert (judged.judge.price(Used("gpt-4o-mini", 10**6, 0)) or 0) > 0


def test_an_answer_costs_its_tokens_by_the_rates_of_its_model() -> None:
    """1,000 new tokens, 3,000 of the cache, 500 of output: 2,000 + 1,500 + 4,000 millionths."""
    prices = table.PriceTable("2026-01-01", {"openai": {"judge-1": Price((RATE,))}}, {})
    cost = pricing(prices)
    assert cost(Used("judge-1", 4000, 500, 3000)) == pytest.approx(0.0075)
    assert cost(Used("judge-2", 4000, 500)) is None
