"""What a process says about itself, as a reader of metrics gets it."""

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricsData, NumberDataPoint

from spansight.conventions import labels, metrics
from spansight.telemetry.guard import Guard, errors
from spansight.telemetry.records import health
from spansight.telemetry.records.ledger import Ledger


def read(ledgers: list[Ledger]) -> dict[str, dict[tuple[tuple[str, object], ...], float]]:
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    health.report(provider, ledgers)
    data: MetricsData | None = reader.get_metrics_data()
    found = data.resource_metrics if data is not None else ()
    return {
        metric.name: {
            tuple(sorted((point.attributes or {}).items())): point.value
            for point in metric.data.data_points
            if isinstance(point, NumberDataPoint)
        }
        for batch in found
        for scope in batch.scope_metrics
        for metric in scope.metrics
    }


def test_two_exporters_of_one_signal_are_one_series() -> None:
    first, second, events = Ledger(labels.SPANS), Ledger(labels.SPANS), Ledger(labels.EVENTS)
    first.drop(labels.REFUSED, 3)
    second.drop(labels.REFUSED, 4)
    second.drop(labels.MASKING_ERROR)
    events.drop(labels.REFUSED)
    assert read([first, second, events])[metrics.DROPPED.name] == {
        ((labels.REASON, labels.REFUSED), (labels.SIGNAL, labels.SPANS)): 7,
        ((labels.REASON, labels.MASKING_ERROR), (labels.SIGNAL, labels.SPANS)): 1,
        ((labels.REASON, labels.REFUSED), (labels.SIGNAL, labels.EVENTS)): 1,
    }


def test_without_a_loss_there_is_no_series() -> None:
    ledger = Ledger(labels.SPANS)
    ledger.end()
    ledger.take(1, int)
    ledger.deliver(1)
    assert not read([ledger]).get(metrics.DROPPED.name)


def test_an_error_is_a_series_of_its_site() -> None:
    with Guard("site of health"):
        raise ValueError("ours")
    counted = read([])[metrics.ERRORS.name]
    assert counted[((labels.SITE, "site of health"),)] == errors()["site of health"] == 1
