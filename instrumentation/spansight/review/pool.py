"""Cases of datasets with what runs said of them."""

from collections import defaultdict
from collections.abc import Iterable

from spansight.evals import Dataset, Run, Score
from spansight.review.queues import Item


def items(datasets: Iterable[Dataset], runs: Iterable[Run] = ()) -> list[Item]:
    """Join each case to the scores of the runs over its dataset, the later run's first."""
    scores: dict[tuple[str, str], dict[str, Score]] = defaultdict(dict)
    for run in sorted(runs, key=lambda one: one.started):
        for score in run.scores:
            scores[run.version, score.case][score.name] = score
    return [
        Item(case, tuple(scores[dataset.version, case.id].values()))
        for dataset in datasets
        for case in dataset.cases
    ]
