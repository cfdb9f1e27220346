"""Cases of datasets with what runs answered and said of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from spansight.conventions import labels
from spansight.errors import ConfigError
from spansight.evals import Case, Dataset, Run, Score
from spansight.review.queues import Item


def items(datasets: Sequence[Dataset], runs: Iterable[Run] = ()) -> list[Item]:
    """Join each answer to its scores: those recorded in a dataset, and those a run's target gave.

    Of two runs that say something of the same answer, the later one's word comes first.
    """
    known = {dataset.version: dataset for dataset in datasets}
    answered: dict[tuple[str, str, str], Case] = {}
    scores: dict[tuple[str, str, str], dict[str, Score]] = defaultdict(dict)
    in_order = sorted(runs, key=lambda one: one.started)
    targeted = {run.version for run in in_order if run.target}
    for version, dataset in known.items():
        if version not in targeted or any(case.answer for case in dataset.cases):
            answered |= _by_answer(version, dataset.cases)
    for run in in_order:
        if run.version not in known:
            names = ", ".join(repr(dataset.name) for dataset in datasets)
            raise ConfigError(
                f"run {run.dataset!r} of {run.started}: of another dataset, or of another version "
                f"of it; expected one of {names or 'no dataset: name its file'}"
            )
        cases = known[run.version].cases
        if run.target:
            cases = [run.answers.get(case.id, case) for case in cases]
            answered |= _by_answer(run.version, cases)
        keys = {case.id: key for key, case in _by_answer(run.version, cases).items()}
        for score in run.scores:
            # That there is an answer is seen; that there was none is a failure.
            if score.name != labels.ANSWERING or score.error_type:
                scores[keys[score.case]][score.name] = score
    return [Item(case, tuple(scores[key].values())) for key, case in answered.items()]


def _by_answer(version: str, cases: Iterable[Case]) -> Mapping[tuple[str, str, str], Case]:
    """Return each case by what tells it from another answer to the same question."""
    return {(version, case.id, Item(case).version): case for case in cases}
