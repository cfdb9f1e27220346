"""What a process says about itself: the records it dropped, and the errors it kept to itself.

A process that has nothing to say sends nothing: it costs no series, and no request.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation

from spansight.conventions import labels, metrics
from spansight.telemetry.guard import errors
from spansight.telemetry.records.ledger import Ledger


def report(meters: MeterProvider, ledgers: Sequence[Ledger]) -> None:
    """Let a meter provider read the counts whenever it exports."""

    def dropped(_: CallbackOptions) -> Iterable[Observation]:
        counts = Counter[tuple[str, str]]()
        for ledger in ledgers:
            counts.update({(ledger.signal, why): count for why, count in ledger.dropped.items()})
        for (signal, reason), count in counts.items():
            yield Observation(count, {labels.SIGNAL: signal, labels.REASON: reason})

    def swallowed(_: CallbackOptions) -> Iterable[Observation]:
        for site, count in errors().items():
            yield Observation(count, {labels.SITE: site})

    meter = meters.get_meter("spansight")
    observed = {metrics.DROPPED: dropped, metrics.ERRORS: swallowed}
    for metric, observe in observed.items():
        meter.create_observable_counter(metric.name, [observe], metric.unit, metric.description)
