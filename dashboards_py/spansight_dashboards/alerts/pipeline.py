"""Telemetry itself is in trouble: nobody answers, something waits, something is lost."""

from spansight.conventions import labels
from spansight_dashboards.alerts.wording import COUNT, SERVICE, SHARE
from spansight_dashboards.config import Config
from spansight_dashboards.knobs import percent
from spansight_dashboards.promql import Expression
from spansight_dashboards.queries import balance, pipeline, scope
from spansight_dashboards.queries.balance import Ledger
from spansight_dashboards.rules import Alert, Group

_BOARD = "pipeline"
_LOST = "lost_in"


def group(config: Config) -> Group:
    return Group(
        subject="pipeline",
        rules=(
            collector_down(),
            store_down(),
            queue_filling(config),
            export_failing(config),
            *data_dropped(config),
            data_missing(config, balance.SPANS),
            data_missing(config, balance.EVENTS),
            masking_errors(config),
            masking_errors_at_collector(config),
            content_cut(config),
            rules_failing(config),
            worker_job_overdue(config),
        ),
    )


def collector_down() -> Alert:
    return Alert(
        name="CollectorDown",
        expression=pipeline.collectors_down(),
        lasting="2m",
        severity="critical",
        summary="A Collector does not answer",
        description=(
            f"Collectors that have not answered Prometheus for two minutes: {COUNT} (1 when it "
            "knows of none). Applications keep what they can and then drop it; no number moves."
        ),
        board=_BOARD,
        panel="Servers silent",
    )


def store_down() -> Alert:
    return Alert(
        name="StoreDown",
        expression=pipeline.stores_down(),
        lasting="2m",
        severity="critical",
        summary="{{ $labels.job }} does not answer",
        description=(
            f"{COUNT} servers of {{{{ $labels.job }}}} have answered Prometheus in the last two "
            "minutes; what is for it waits in the Collector."
        ),
        board=_BOARD,
        panel="Servers silent",
    )


def queue_filling(config: Config) -> Alert:
    limit = config.queue_fill_limit
    return Alert(
        name="QueueFilling",
        expression=pipeline.fullest_queues(limit),
        lasting="5m",
        severity="warning",
        summary="The queue for {{ $labels.exporter }} fills up",
        description=(
            f"{SHARE} of the room for what waits for {{{{ $labels.exporter }}}} is taken; from "
            f"{percent(limit)} on it is told, and at 100% the Collector refuses more."
        ),
        board=_BOARD,
        panel="Fullest queue",
    )


def export_failing(config: Config) -> Alert:
    return Alert(
        name="ExportFailing",
        expression=pipeline.stuck_queues(_window(config)),
        lasting="5m",
        severity="warning",
        summary="{{ $labels.exporter }} takes nothing",
        description=(
            "{{ $value | humanize1024 }}B wait for {{ $labels.exporter }}, which has taken "
            f"nothing in the last {config.alert_window}."
        ),
        board=_BOARD,
        panel="Waiting on disk",
    )


def data_dropped(config: Config) -> tuple[Alert, Alert, Alert]:
    """Return one alert in three forms, by where it was lost."""
    window = _window(config)
    process = "by {{ $labels.service }} ({{ $labels.environment }}): {{ $labels.reason }}"
    return (
        _dropped(config, "process", pipeline.lost_in_processes(window), process),
        _dropped(
            config,
            "collector",
            pipeline.lost_at_collector(window),
            "by the Collector: {{ $labels.exporter }} refused them for good",
        ),
        _dropped(
            config, "store", pipeline.lost_at_stores(window), "by a store: {{ $labels.reason }}"
        ),
    )


def _dropped(config: Config, where: str, expression: Expression, said: str) -> Alert:
    panels = {
        "process": "Dropped by apps",
        "collector": "Given up for good",
        "store": "Given up for good",
    }
    return Alert(
        name="DataDropped",
        expression=expression,
        lasting="1m",
        severity="warning",
        marked={_LOST: where},
        summary="Telemetry is lost",
        description=(
            f"{COUNT} spans or events were dropped in the last {config.alert_window} {said}."
        ),
        board=_BOARD,
        panel=panels[where],
        chosen=labels.PROCESS if where == "process" else (),
    )


def data_missing(config: Config, ledger: Ledger) -> Alert:
    return Alert(
        name="DataMissing",
        expression=balance.missing(
            ledger, recent=config.alert_window, before=config.balance_window
        ),
        lasting="5m",
        severity="warning",
        marked={labels.SIGNAL: ledger.signal},
        summary="Telemetry is lost, and no counter says why",
        description=(
            f"{COUNT} {ledger.signal} that {{{{ $labels.instance }}}} took in the last "
            f"{config.balance_window} were neither sent to {ledger.exporter} nor given up, and "
            "none of them waits."
        ),
        board=_BOARD,
        panel="Waiting on disk",
    )


def masking_errors(config: Config) -> Alert:
    return Alert(
        name="MaskingErrors",
        expression=pipeline.unmasked_in_processes(_window(config)),
        lasting="1m",
        severity="warning",
        marked={_LOST: "process"},
        summary="Content could not be masked, and was dropped",
        description=(
            f"{COUNT} spans or events of {SERVICE} could not be masked in the last "
            f"{config.alert_window}; they never left the process, and are lost."
        ),
        board=_BOARD,
        panel="Dropped by apps",
        chosen=labels.PROCESS,
    )


def masking_errors_at_collector(config: Config) -> Alert:
    return Alert(
        name="MaskingErrors",
        expression=pipeline.unmasked_at_collector(_window(config)),
        lasting="1m",
        severity="warning",
        marked={_LOST: "collector"},
        summary="The Collector could not mask content, and refused it",
        description=(
            f"{COUNT} spans or events could not be masked by the Collector in the last "
            f"{config.alert_window}; it refused them, and each request that they came in."
        ),
        board=_BOARD,
        panel="Masking refused",
    )


def content_cut(config: Config) -> Alert:
    return Alert(
        name="ContentCut",
        expression=pipeline.cut(_window(config)),
        lasting="5m",
        severity="warning",
        summary="Prompts or answers are cut",
        description=(
            f"{COUNT} events of {SERVICE} were longer than Loki takes in the last "
            f"{config.alert_window}; their end is missing."
        ),
        board=_BOARD,
        panel="Cut because too long",
        chosen=scope.OWNER,
    )


def rules_failing(config: Config) -> Alert:
    return Alert(
        name="RulesFailing",
        expression=pipeline.failing_rules(_window(config)),
        lasting="5m",
        severity="warning",
        summary="Prometheus cannot evaluate rules",
        description=(
            f"{COUNT} evaluations in {{{{ $labels.rule_group }}}} failed in the last "
            f"{config.alert_window}: its alerts are blind, its series stand still."
        ),
        board=_BOARD,
        panel="Rules that failed",
    )


def worker_job_overdue(config: Config) -> Alert:
    limit = config.worker_job_hours
    return Alert(
        name="WorkerJobOverdue",
        expression=pipeline.overdue_jobs(limit),
        lasting="15m",
        severity="warning",
        summary=f"{{{{ $labels.{labels.WORKER_JOB} }}}} has not succeeded for {limit} hours",
        description=(
            f"The job {{{{ $labels.{labels.WORKER_JOB} }}}} of {SERVICE} succeeded last "
            f"{COUNT} hours ago; at most {limit} are expected."
        ),
        board=_BOARD,
        panel="Last success of jobs",
        chosen=labels.PROCESS,
    )


def _window(config: Config) -> scope.Scope:
    return scope.rule(config)
