"""What the servers say about themselves: the series that our boards and rules may ask for.

Their names belong to the pinned versions; a test raises each fault and looks for the series.
"""

from dataclasses import dataclass
from typing import Final

from spansight.conventions import labels


@dataclass(frozen=True, slots=True)
class Foreign:
    """One series of another system, under the name that Prometheus stores it by."""

    prometheus: str
    labels: tuple[str, ...]
    description: str


QUEUE_SIZE: Final = Foreign(
    "otelcol_exporter_queue_size",
    (labels.INSTANCE, labels.EXPORTER),
    "bytes that wait on disk for a store",
)
QUEUE_CAPACITY: Final = Foreign(
    "otelcol_exporter_queue_capacity", (labels.EXPORTER,), "bytes that may wait for it"
)
QUEUE_FULL_SPANS: Final = Foreign(
    "otelcol_exporter_enqueue_failed_spans",
    (labels.EXPORTER,),
    "spans that found the queue full; their sender was told, and sends them again",
)
QUEUE_FULL_LOGS: Final = Foreign(
    "otelcol_exporter_enqueue_failed_log_records", (labels.EXPORTER,), "the same of events"
)
ACCEPTED_SPANS: Final = Foreign(
    "otelcol_receiver_accepted_spans",
    (labels.INSTANCE,),
    "spans that the Collector took; their sender forgets them",
)
ACCEPTED_LOGS: Final = Foreign(
    "otelcol_receiver_accepted_log_records", (labels.INSTANCE,), "the same of events"
)
SENT_SPANS: Final = Foreign(
    "otelcol_exporter_sent_spans",
    (labels.INSTANCE, labels.EXPORTER),
    "spans that the store took",
)
SENT_LOGS: Final = Foreign(
    "otelcol_exporter_sent_log_records", (labels.INSTANCE, labels.EXPORTER), "the same of events"
)
SEND_FAILED_SPANS: Final = Foreign(
    "otelcol_exporter_send_failed_spans",
    (labels.INSTANCE, labels.EXPORTER),
    "spans that the store refused for good, and that are lost",
)
SEND_FAILED_LOGS: Final = Foreign(
    "otelcol_exporter_send_failed_log_records",
    (labels.INSTANCE, labels.EXPORTER),
    "the same of events",
)
REFUSED_SPANS: Final = Foreign(
    "otelcol_receiver_refused_spans",
    (),
    "spans that the Collector did not take: no memory, no room in the queue, or not to be masked",
)
REFUSED_LOGS: Final = Foreign("otelcol_receiver_refused_log_records", (), "the same of events")
FAILED_SPANS: Final = Foreign(
    "otelcol_receiver_failed_spans", (), "spans that the Collector itself could not handle"
)
FAILED_LOGS: Final = Foreign("otelcol_receiver_failed_log_records", (), "the same of events")
STEP_IN: Final = Foreign(
    "otelcol_processor_incoming_items",
    (labels.PROCESSOR,),
    "spans, events and points that a step of the Collector was given",
)
STEP_OUT: Final = Foreign(
    "otelcol_processor_outgoing_items",
    (labels.PROCESSOR,),
    "those that it passed on; what `MASKING_STEP` did not could not be masked, and was refused",
)
LIMITED: Final = Foreign(
    "otelcol_deltatocumulative_datapoints",
    (labels.ERROR_KIND,),
    "increments of derived metrics; those that found no room have `error=limit`",
)
MEMORY: Final = Foreign("otelcol_process_memory_rss", (), "the Collector's memory in bytes")
UPTIME: Final = Foreign(
    "otelcol_process_uptime",
    (labels.INSTANCE,),
    "seconds since the Collector started, or read its files again",
)
SAMPLED: Final = Foreign(
    "otelcol_processor_tail_sampling_global_count_traces_sampled",
    (labels.INSTANCE,),
    "traces that a Collector which samples decided on",
)
LOKI_DISCARDED: Final = Foreign(
    "loki_discarded_samples_total", (labels.REASON,), "events that Loki refused"
)
TEMPO_DISCARDED: Final = Foreign(
    "tempo_discarded_spans_total", (labels.REASON,), "spans that Tempo refused"
)
TEMPO_TRUNCATED: Final = Foreign(
    "tempo_distributor_attributes_truncated_total", (), "attributes that Tempo cut"
)
UP: Final = Foreign("up", (labels.JOB,), "1 for each server that answers Prometheus, else 0")
RULE_FAILURES: Final = Foreign(
    "prometheus_rule_evaluation_failures_total",
    (labels.RULE_GROUP,),
    "evaluations of rules that ended in an error",
)

COLLECTOR_JOB: Final = "otelcol"
STORE_JOBS: Final = ("tempo", "loki", "alertmanager")
"""Values of `job` in prometheus/targets: who is asked about itself."""

COLLECTOR: Final = (
    QUEUE_SIZE,
    QUEUE_CAPACITY,
    QUEUE_FULL_SPANS,
    QUEUE_FULL_LOGS,
    ACCEPTED_SPANS,
    ACCEPTED_LOGS,
    SENT_SPANS,
    SENT_LOGS,
    SEND_FAILED_SPANS,
    SEND_FAILED_LOGS,
    REFUSED_SPANS,
    REFUSED_LOGS,
    FAILED_SPANS,
    FAILED_LOGS,
    STEP_IN,
    STEP_OUT,
    LIMITED,
    MEMORY,
    UPTIME,
)
ALL: Final = (
    *COLLECTOR,
    SAMPLED,
    LOKI_DISCARDED,
    TEMPO_DISCARDED,
    TEMPO_TRUNCATED,
    UP,
    RULE_FAILURES,
)

TEMPO_EXPORTER: Final = "otlp_http/tempo"
LOKI_EXPORTER: Final = "otlp_http/loki"
"""Values of `exporter`: where spans go, and where events go."""

MASKING_STEP: Final = "transform/privacy"
"""Value of `processor` of the step that masks."""

NO_ROOM: Final = "limit"
"""Value of `error` of what found no room in `LIMITED`."""
