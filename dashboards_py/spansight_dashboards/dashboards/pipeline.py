"""The pipeline board, for who runs the stack: whether telemetry arrives, waits, or gets lost.

The first two rows are 0 on a good day: one number for each way to lose something, or to be blind.
Below: since when and for whom, what waits for a store, the Collector's memory, who answers, and
whether the worker's jobs succeed.
"""

from spansight.conventions import labels
from spansight_dashboards import alerts, links
from spansight_dashboards.board import Board, Json, Row
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards.verdict import ESTIMATE
from spansight_dashboards.links import Link
from spansight_dashboards.panels import charts, numbers, parts
from spansight_dashboards.panels.parts import About, Query
from spansight_dashboards.promql import Expression, or_named_zero, or_zero
from spansight_dashboards.queries import losses, scope

_REMEMBERED = "7d"
"""What a worker that has ended said of its jobs."""


def board(config: Config) -> Board:
    return Board(
        subject="pipeline",
        title="LLM pipeline",
        description=(
            "Whether telemetry itself is well: what applications could not send, what waits in the "
            "Collector, what stores refused. The first two rows are 0 on a good day."
        ),
        rows=(
            Row(
                5,
                (
                    (5, _dropped(config)),
                    (5, _given_up(config)),
                    (5, _refused_by_stores(config)),
                    (5, _no_room(config)),
                    (4, _queue(config)),
                ),
            ),
            Row(
                5,
                (
                    (5, _unmasked(config)),
                    (5, _rule_failures(config)),
                    (5, _cut(config)),
                    (5, _errors(config)),
                    (4, _silent(config)),
                ),
            ),
            Row(9, ((12, _drops_over_time(config)), (12, _refused_over_time(config)))),
            Row(
                8,
                (
                    (6, _waiting(config)),
                    (6, _memory(config)),
                    (6, _answering(config)),
                    (6, _jobs(config)),
                ),
            ),
        ),
        links=(_overview(),),
        alerts=alerts.names(config),
    )


def _dropped(config: Config) -> Json:
    return _lost(
        "Dropped by apps",
        "Spans and events that processes could not deliver and gave up, in the chosen time range.",
        "The panel below says which service and why: `queue_full` wants a faster Collector, "
        "`refused` one that answers, `masking_error` a look at your own patterns.",
        losses.dropped(scope.whole(config)),
    )


def _given_up(config: Config) -> Json:
    return _lost(
        "Given up for good",
        "Spans and events that a store refused for good in the chosen time range: they are lost.",
        "Read the Collector's log: it has the store's answer, such as 401 or 400.",
        losses.given_up(scope.whole(config)),
    )


def _refused_by_stores(config: Config) -> Json:
    return _lost(
        "Refused by stores",
        "Spans that Tempo and events that Loki refused in the chosen time range, for their size, "
        "their rate or their age; they are lost.",
        "Read the store's log for the reason, then raise that limit in tempo/ or loki/.",
        losses.refused_by_stores(scope.whole(config)),
    )


def _silent(config: Config) -> Json:
    about = _about(
        title="Servers silent",
        description=(
            "Kinds of servers that Prometheus asks and that do not answer. The last panel names "
            "them. Start it again, and read its log for why it ended."
        ),
    )
    return numbers.stat(about, Query(losses.silent(scope.board(config))), parts.ANY)


def _rule_failures(config: Config) -> Json:
    return _lost(
        "Rules that failed",
        "Evaluations of recording rules and alerts that ended in an error: such an alert is blind.",
        "Prometheus' page of rules has the error; run `promtool check rules` on the file.",
        losses.rule_failures(scope.whole(config)),
    )


def _cut(config: Config) -> Json:
    return _lost(
        "Cut because too long",
        "Prompts and answers that the Collector, and attributes that Tempo stored without their "
        "end.",
        "Raise the limit if you need all of it: `max_attribute_bytes` of Tempo, "
        "SPANSIGHT_CONTENT_LIMIT of the application.",
        losses.cut(scope.whole(config)),
    )


def _no_room(config: Config) -> Json:
    return _lost(
        "No room for labels",
        "Increments of metrics that no labelled series took, because there were too many "
        "combinations of labels; sums by model or team are too low by them.",
        "See the runbook of HighCardinality: find the sender, or name what is allowed.",
        losses.no_room(scope.whole(config)),
    )


def _errors(config: Config) -> Json:
    return _lost(
        "Errors kept inside",
        "Errors of the instrumentation itself that applications never saw, in the chosen time "
        "range.",
        "Start one process with debug logging of `spansight`: it names the place once.",
        losses.errors(scope.whole(config)),
    )


def _unmasked(config: Config) -> Json:
    return _lost(
        "Masking refused",
        "Spans and events that the Collector could not mask, and so refused as a whole.",
        "Senders keep them and try again: read the Collector's log for the statement, and mend it.",
        losses.unmasked(scope.whole(config)),
    )


def _queue(config: Config) -> Json:
    about = _about(
        title="Fullest queue",
        description=(
            "How full the fullest queue on disk is. It fills while a store is down or too slow, "
            "and nothing is lost until it is full: then senders are refused. "
            "See below which store it is, and start that."
        ),
        unit=parts.RATIO,
        decimals=1,
    )
    # A queue that fills has stood still for long: its store needs a look before it refuses.
    filling = config.queue_fill_limit
    query = Query(or_zero(losses.fullest_queue(scope.whole(config))))
    return numbers.stat(about, query, parts.above((1 + filling) / 2, warn=filling))


def _drops_over_time(config: Config) -> Json:
    about = _about(
        title="Dropped by applications, by reason",
        description=(
            "What each service could not deliver, and why. "
            "All services at once: the Collector or the way to it is at fault. "
            "One service alone: check its endpoint, its network and its rate of calls."
        ),
    )
    by_reason = scope.board(config).per(labels.SERVICE, labels.SIGNAL, labels.REASON)
    legend = f"{{{{{labels.SERVICE}}}}} {{{{{labels.SIGNAL}}}}} {{{{{labels.REASON}}}}}"
    nothing = "nothing dropped"
    dropped = or_named_zero(losses.dropped(by_reason), labels.REASON, nothing)
    return charts.stack(about, Query(dropped, legend))


def _refused_over_time(config: Config) -> Json:
    about = _about(
        title="Refused by the Collector",
        description=(
            "Spans and events that the Collector did not take for now: no room in a queue or in "
            "memory. Senders keep them and send them again. "
            "When it goes on, look at the queues below, then at the Collector's memory."
        ),
    )
    spans, events = (
        Query(or_zero(refused), legend)
        for refused, legend in zip(
            losses.refused(scope.board(config)), ("spans", "events"), strict=True
        )
    )
    return charts.lines(about, spans, events)


def _waiting(config: Config) -> Json:
    about = _about(
        title="Waiting on disk",
        description=(
            "Bytes in each store's queue. They are safe there, and delivered when it is back. "
            "A queue that only grows: start its store, or give it more room."
        ),
        unit=parts.BYTES,
    )
    return charts.lines(
        about, Query(losses.waiting_bytes(scope.board(config)), f"{{{{{labels.EXPORTER}}}}}")
    )


def _memory(config: Config) -> Json:
    about = _about(
        title="Memory of the Collector",
        description=(
            "Memory of the largest Collector process. Near its limit it refuses what comes, and "
            "senders wait. Give it more, or run a second one beside it."
        ),
        unit=parts.BYTES,
    )
    return charts.lines(about, Query(losses.memory_bytes(scope.board(config)), "memory"))


def _answering(config: Config) -> Json:
    about = _about(
        title="Servers that answer",
        description=(
            "1 for each kind of server that answers Prometheus, 0 while it does not. "
            "A gap is a restart. A line at 0: start that server again, and read its log."
        ),
    )
    query = Query(losses.answering(scope.board(config)), f"{{{{{labels.JOB}}}}}")
    return charts.lines(about, query, full=1)


def _jobs(config: Config) -> Json:
    about = _about(
        title="Last success of jobs",
        description=(
            "How long ago each job of a worker last succeeded; it rises until the next success. "
            f"Above {config.worker_job_hours} hours WorkerJobOverdue fires. "
            "Read the worker's log, then run the job with `spansight worker --once`."
        ),
        unit=parts.SECONDS,
    )
    since = losses.since_success(_REMEMBERED)
    jobs = or_named_zero(since, labels.WORKER_JOB, "no worker")
    limit = parts.mark(config.worker_job_hours * 3600)
    return charts.lines(about, Query(jobs, f"{{{{{labels.WORKER_JOB}}}}}"), limits=limit)


def _lost(title: str, what: str, remedy: str, lost: Expression) -> Json:
    """Return a number that is 0 on a good day."""
    about = _about(title=title, description=f"{what} {ESTIMATE} {remedy}")
    return numbers.stat(about, Query(or_zero(lost)), parts.ANY)


def _about(
    *, title: str, description: str, unit: str = parts.COUNT, decimals: int | None = 0
) -> About:
    return About(
        title=title,
        description=description,
        unit=unit,
        decimals=decimals,
        empty="No Collector",
        links=(_overview(),),
    )


def _overview() -> Link:
    return links.board("Overview", "overview")
