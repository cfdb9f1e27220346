"""The daily evaluation of recorded answers, without a model."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from spansight.conventions import labels
from spansight.evals.dataset import Dataset
from spansight.evals.model import Evaluator
from spansight.evals.quality import RAG
from spansight.evals.running import evaluate

OFFLINE: Final = (labels.FAITHFULNESS, "relevancy", "context_precision", "context_recall")


def run_offline_eval(
    dataset: Dataset | Iterable[Mapping[str, object]],
    evaluators: Mapping[str, Evaluator] | None = None,
) -> dict[str, float | str | None]:
    """Score answers in rows of question, answer, contexts and ground_truth; return the means.

    None is the mean of what no row has a score of.  Each score is an event, like any other.
    Without evaluators, words are compared; `ragas.evaluators` and judges ask a model instead.
    """
    cases = dataset if isinstance(dataset, Dataset) else Dataset.of(dataset)
    run = evaluate(cases, evaluators or {name: RAG[name] for name in OFFLINE})
    means = {name: run.mean(name) for name in run.evaluators}
    return {**means, "timestamp": datetime.now(UTC).isoformat()}
