"""What a Collector took, and neither sent nor gave up, though nothing waits: it is lost."""

from dataclasses import dataclass
from typing import Final

from spansight.conventions import foreign, labels
from spansight.conventions.foreign import Foreign
from spansight_dashboards import history, promql
from spansight_dashboards.promql import Expression, Scope

_OF_EACH: Final = Scope(by=(labels.INSTANCE,))
_STEP: Final = "15s"
"""Of a scrape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The counters of one signal."""

    signal: str
    """Value of the label `signal`."""
    accepted: Foreign
    sent: Foreign
    failed: Foreign
    exporter: str


SPANS: Final = Ledger(
    signal="spans",
    accepted=foreign.ACCEPTED_SPANS,
    sent=foreign.SENT_SPANS,
    failed=foreign.SEND_FAILED_SPANS,
    exporter=foreign.TEMPO_EXPORTER,
)
EVENTS: Final = Ledger(
    signal="logs",
    accepted=foreign.ACCEPTED_LOGS,
    sent=foreign.SENT_LOGS,
    failed=foreign.SEND_FAILED_LOGS,
    exporter=foreign.LOKI_EXPORTER,
)


def missing(ledger: Ledger, *, recent: str, before: str) -> Expression:
    """Return by how much the balance of each Collector grew since its lowest in the time before.

    Its lowest, also of the recent scrapes: one scrape may see a request come and not yet wait.
    A Collector that began within that time is left out, for the balance began with it; so is one
    that samples spans, for it takes more than it sends.
    """
    balance = _settled(ledger)
    grew = promql.compared(
        promql.subtracted(
            history.lowest_of(balance, recent, _STEP), history.lowest_of(balance, before, _STEP)
        ),
        ">",
        0,
    )
    lasting = promql.compared(history.now(foreign.UPTIME), ">", history.seconds(before))
    lost = history.where(grew, lasting, labels.INSTANCE)
    if ledger is EVENTS:
        return lost
    return history.without(lost, history.now(foreign.SAMPLED), labels.INSTANCE)


def _settled(ledger: Ledger) -> Expression:
    """Return what a Collector took less what it is done with, while nothing waits."""
    to_store = promql.equal(labels.EXPORTER, ledger.exporter)
    sent = promql.total(ledger.sent, _OF_EACH, to_store)
    failed = promql.total(ledger.failed, _OF_EACH, to_store)
    open_ = promql.subtracted(
        promql.subtracted(promql.total(ledger.accepted, _OF_EACH), sent),
        promql.zero_without(failed, sent),
    )
    waiting = promql.total(foreign.QUEUE_SIZE, _OF_EACH, to_store)
    return history.where(open_, promql.compared(waiting, "==", 0), labels.INSTANCE)
