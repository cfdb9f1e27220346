"""The daily evaluation: datasets, each with a run's file of its own that can be taken up again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from spansight.evals import Dataset, Evaluator, Run, evaluate
from spansight.worker.jobs import Turn

Source = Callable[[datetime], Dataset]
"""Gives the dataset of a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offline:
    """Runs evaluators over datasets; each score is an event, and a line of the run's file."""

    sources: Sequence[Source]
    evaluators: Mapping[str, Evaluator]
    runs: Path
    """The folder of the runs' files."""

    def do(self, turn: Turn) -> str:
        """Judge every dataset; what a run before this one has finished is kept."""
        said: list[str] = []
        for source in self.sources:
            turn.stop.look()
            dataset = source(turn.due)
            file = self.runs / f"{turn.due:%Y-%m-%dT%H%M}-{dataset.name}.jsonl"
            run = evaluate(dataset, self.evaluators, file=file, progress=turn.stop.look)
            said.append(f"{file.name}: {_figures(run)}")
        return "; ".join(said)


def _figures(run: Run) -> str:
    means = {name: run.mean(name) for name in run.evaluators}
    figures = [f"{name} {mean:.2f}" for name, mean in means.items() if mean is not None]
    return ", ".join([*figures, f"{len(run.failures)} failures"])
