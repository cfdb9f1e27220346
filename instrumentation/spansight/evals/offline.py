"""The daily evaluation of recorded answers, without a model."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from spansight.conventions import labels
from spansight.evals.dataset import Dataset
from spansight.evals.quality import RAG
from spansight.evals.running import evaluate

OFFLINE: Final = (labels.FAITHFULNESS, "relevancy", "context_precision", "context_recall")


def run_offline_eval(
    dataset: Dataset | Iterable[Mapping[str, object]],
) -> dict[str, float | str | None]:
    """Score answers in rows of question, answer, contexts and ground_truth; return the means.

    None is the mean of what no row has a score of.  Each score is an event, like any other.
    """
    cases = dataset if isinstance(dataset, Dataset) else Dataset.of(dataset)
    run = evaluate(cases, {name: RAG[name] for name in OFFLINE})
    means = {name: run.mean(name) for name in OFFLINE}
    return {**means, "timestamp": datetime.now(UTC).isoformat()}
