"""The daily evaluation: datasets, each with a run's file of its own that can be taken up again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from spansight.evals import Dataset, Evaluator, Limits, Run, evaluate
from spansight.evals.sampling import Window, sample
from spansight.stores.endpoints import Endpoints
from spansight.worker.jobs import Turn

Source = Callable[[datetime], Dataset]
"""Gives the dataset of a run that is due at a time."""


def yesterday(endpoints: Endpoints, zone: tzinfo, size: int) -> Source:
    """Return what samples the traffic of the day before, as the clock on the wall has days."""

    def sampled(due: datetime) -> Dataset:
        today = due.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        # By the calendar: a day is 23 or 25 hours long where the clock is changed.
        before = (today.replace(tzinfo=None) - timedelta(days=1)).replace(tzinfo=zone)
        return sample(endpoints, Window(before.timestamp(), today.timestamp()), size=size)

    return sampled


@dataclass(frozen=True, slots=True, kw_only=True)
class Offline:
    """Runs evaluators over datasets; each score is an event, and a line of the run's file."""

    sources: Sequence[Source]
    evaluators: Mapping[str, Evaluator]
    runs: Path
    """The folder of the runs' files."""
    spend_usd: float
    """What judges may spend on one dataset, as far as prices of their models are known."""

    def do(self, turn: Turn) -> str:
        """Judge every dataset; what a run before this one has finished is kept."""
        said: list[str] = []
        limits = Limits(spend_usd=self.spend_usd)
        for source in self.sources:
            turn.stop.look()
            dataset = source(turn.due)
            # Of another version it would be another run: some traffic comes late.
            name = f"{turn.due:%Y-%m-%dT%H%M%S}-{dataset.name}-{dataset.version[:8]}.jsonl"
            file = self.runs / name
            run = evaluate(
                dataset, self.evaluators, file=file, limits=limits, progress=turn.stop.look
            )
            said.append(f"{file.name}: {_figures(run)}")
        return "; ".join(said)


def _figures(run: Run) -> str:
    means = {name: run.mean(name) for name in run.evaluators}
    figures = [f"{name} {mean:.2f}" for name, mean in means.items() if mean is not None]
    return ", ".join([*figures, f"{len(run.failures)} failures"])
