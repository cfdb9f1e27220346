"""A judge's grade of one answer, and a judge whose key is refused."""

import logging
import os

from spansight.evals import Dataset, evaluate
from spansight.evals.judge import Graded, Judge
from spansight.evals.judge.rubrics import RELEVANCE

logging.basicConfig(level=logging.DEBUG)
golden = Dataset.of([{"question": "How long do refunds take?", "answer": "7 days."}])
refused = Judge(model="gpt-4o-mini", base_url=os.environ["REFUSED"], retries=0)
run = evaluate(
    golden,
    {"relevance": Graded(RELEVANCE, Judge.from_env()), "refused": Graded(RELEVANCE, refused)},
)
for score in run.scores:
    print(score)  # noqa: T201 - the test reads it
