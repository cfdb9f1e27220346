"""How the jobs do, as metrics: read from their records whenever the SDK exports.

So each worker reports what happened, whichever of them did it; runs alone are counted by who made
them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation

from spansight.conventions import labels, metrics
from spansight.worker.jobs import Job
from spansight.worker.state import Record

_Read = Callable[[Record], float | None]

_GAUGES: dict[metrics.Metric, _Read] = {
    metrics.WORKER_LAST_SUCCESS: lambda record: record.last_success,
    metrics.WORKER_LAST_FAILURE: lambda record: record.last_failure,
    metrics.WORKER_DURATION: lambda record: record.duration_s,
}


def report(meters: MeterProvider, jobs: Sequence[Job]) -> None:
    """Let a meter provider read the records."""
    meter = meters.get_meter("spansight")
    for metric, read in _GAUGES.items():
        meter.create_observable_gauge(
            metric.name, [_gauge(jobs, read)], metric.unit, metric.description
        )
    runs = metrics.WORKER_RUN
    meter.create_observable_counter(
        runs.name, [lambda _: list(_runs(jobs))], runs.unit, runs.description
    )


def _gauge(jobs: Sequence[Job], read: _Read) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observe(_: CallbackOptions) -> Iterable[Observation]:
        for job, record in _records(jobs):
            if (value := read(record)) is not None:
                yield Observation(value, {labels.WORKER_JOB: job.name})

    return observe


def _runs(jobs: Sequence[Job]) -> Iterator[Observation]:
    for job in jobs:
        for status in (labels.SUCCESS, labels.ERROR):
            yield Observation(
                job.counts[status], {labels.WORKER_JOB: job.name, labels.STATUS: status}
            )


def _records(jobs: Sequence[Job]) -> Iterator[tuple[Job, Record]]:
    for job in jobs:
        if (record := job.shelf.read()) is not None:
            yield job, record
