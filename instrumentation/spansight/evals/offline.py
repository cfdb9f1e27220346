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

    Keys are the evaluators' names, and `timestamp`: the time in UTC as ISO 8601.  Means are from 0
    to 1, None where no row has that score.  Each score is an event, like any other.
    Without evaluators, words are compared for faithfulness, relevancy, context precision and
    context recall (docs/evaluation.md has the formulas and sources); `ragas.evaluators` and judges
    ask a model instead.  A row that is no case is a ConfigError.
    """
    cases = dataset if isinstance(dataset, Dataset) else Dataset.of(dataset)
    run = evaluate(cases, evaluators or {name: RAG[name] for name in OFFLINE})
    means = {name: run.mean(name) for name in run.evaluators}
    return {**means, "timestamp": datetime.now(UTC).isoformat()}
