"""Evaluations have one shape, whoever judged: an event that joins the answer it is about."""

from spansight.evals.dataset import Dataset
from spansight.evals.limits import Limits
from spansight.evals.model import Case, Evaluator, Score, Verdict
from spansight.evals.offline import run_offline_eval
from spansight.evals.quality import Faithfulness
from spansight.evals.record import record
from spansight.evals.running import evaluate, evaluating
from spansight.evals.runs import Run

__all__ = [
    "Case",
    "Dataset",
    "Evaluator",
    "Faithfulness",
    "Limits",
    "Run",
    "Score",
    "Verdict",
    "evaluate",
    "evaluating",
    "record",
    "run_offline_eval",
]
