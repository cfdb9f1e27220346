"""The sums that an outbox keeps: what ended was delivered, dropped, or still waits."""

from hypothesis import given
from hypothesis import strategies as st

from spansight.conventions import labels
from spansight.telemetry.records.ledger import Ledger


@given(
    queue=st.integers(1, 8),
    steps=st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["deliver", "refuse", "mask"]))),
)
def test_nothing_that_ended_is_unaccounted_for(queue: int, steps: list[tuple[int, str]]) -> None:
    """Batches of a queue that holds `queue` records and gives the oldest up for the newest."""
    ledger = Ledger(labels.SPANS)
    given_up = 0
    for ended, fate in steps:
        for _ in range(ended):
            ledger.end()
        batch = min(ended, queue)
        given_up += ended - batch
        ledger.take(batch, int)
        if fate == "deliver":
            ledger.deliver(batch)
        else:
            ledger.drop(labels.REFUSED if fate == "refuse" else labels.MASKING_ERROR, batch)
    assert ledger.dropped.get(labels.QUEUE_FULL, 0) == given_up
    assert ledger.ended == ledger.delivered + sum(ledger.dropped.values())
    assert ledger.missing == sum(ledger.dropped.values())


def test_what_waits_is_not_lost() -> None:
    ledger = Ledger(labels.SPANS)
    for _ in range(5):
        ledger.end()
    ledger.take(2, lambda: 3)
    assert ledger.dropped == {}


def test_a_forked_child_counts_from_zero() -> None:
    ledger = Ledger(labels.SPANS)
    ledger.end()
    ledger.drop(labels.REFUSED)
    ledger.forget()
    assert (ledger.ended, ledger.delivered, ledger.missing, ledger.dropped) == (0, 0, 0, {})
