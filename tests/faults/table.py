"""Every fault as a row: what happens, how it is made, and what may be lost by it."""

from dataclasses import dataclass, field
from typing import Final

from faults import backends
from faults.injections import (
    Inject,
    Length,
    damaged,
    disk_full,
    down,
    frozen,
    header,
    killed,
    misbehaving,
    one_item,
    overloaded,
    reloaded,
    worn,
)
from faults.oracle import Loses
from faults.settings import Settings

PAST_THE_DEFAULT_S: Final = 330
"""An outage that a Collector with the default of five minutes to retry would not survive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row."""

    name: str
    when: str
    """Ends the question: what do I lose when …?"""
    inject: Inject
    loses: Loses = "nothing"
    remark: str = ""
    """What the figures do not say."""
    settings: Settings = field(default_factory=Settings)


OUTAGE: Final = Length(6, PAST_THE_DEFAULT_S)
WHILE: Final = Length(4, 60)

FAULTS: Final = (
    Fault(
        name="kill",
        when="the Collector is killed (`kill -9`), again and again",
        inject=killed(Length(3, 20)),
    ),
    Fault(
        name="kill-grpc",
        when="it is killed, and senders use gRPC",
        inject=killed(Length(2, 10)),
        settings=Settings(protocol="grpc"),
    ),
    Fault(
        name="reload",
        when="it reads its files again (SIGHUP), under load",
        inject=reloaded(Length(2, 10)),
    ),
    Fault(name="freeze", when="its machine is paused", inject=frozen(Length(7, 60))),
    Fault(name="tempo-down", when="Tempo is down", inject=down(["traces"], OUTAGE)),
    Fault(name="loki-down", when="Loki is down", inject=down(["logs"], OUTAGE)),
    Fault(name="all-down", when="both are down", inject=down(["traces", "logs"], OUTAGE)),
    Fault(
        name="slow",
        when="Tempo takes 2 s for each request",
        inject=misbehaving(backends.takes(2), WHILE, ["traces"]),
    ),
    Fault(
        name="trickle",
        when="Tempo answers with 1 byte a second",
        inject=misbehaving(backends.trickles(1), Length(6, 90), ["traces"]),
    ),
    Fault(
        name="half-open",
        when="Tempo accepts and never answers",
        inject=misbehaving(backends.hangs, Length(6, 90), ["traces"]),
    ),
    Fault(name="resets", when="connections break off", inject=misbehaving(backends.resets, WHILE)),
    Fault(
        name="throttled",
        when="stores answer 429 with `Retry-After`",
        inject=misbehaving(backends.answers(429, retry_after="1"), WHILE),
    ),
    *(
        Fault(
            name=f"answers-{status}",
            when=f"stores answer {status}",
            inject=misbehaving(backends.answers(status), WHILE),
        )
        for status in (502, 503, 504)
    ),
    *(
        Fault(
            name=f"answers-{status}",
            when=f"stores answer {status}",
            inject=misbehaving(backends.answers(status), WHILE),
            loses="counted",
        )
        for status in (400, 401, 403, 404, 413, 500)
    ),
    Fault(
        name="overload",
        when="up to ten times the load comes for a while",
        inject=overloaded(10, Length(5, 60)),
    ),
    Fault(
        name="partial-success",
        when="stores take a request but for one call",
        inject=misbehaving(backends.keeps_all_but_the_first, WHILE),
        loses="told",
        remark="the log says `Partial success response`; neither Tempo nor Loki answers so",
    ),
    Fault(
        name="queue-full",
        when="Tempo is down until the queue is full",
        inject=down(["traces"], Length(8, 60)),
        settings=Settings(variables={"SPANSIGHT_QUEUE_BYTES": "300000"}, calls_per_s=200),
        remark="refused with 503; every repeat counts again in the metrics",
    ),
    Fault(
        name="queue-full-grpc",
        when="a queue is full, and senders use gRPC",
        inject=down(["traces"], Length(8, 60)),
        settings=Settings(
            protocol="grpc", variables={"SPANSIGHT_QUEUE_BYTES": "300000"}, calls_per_s=200
        ),
        remark="refused with `UNAVAILABLE`; every repeat counts again in the metrics",
    ),
    Fault(
        name="disk-full",
        when="something else fills the disk while Tempo is down",
        inject=disk_full(Length(8, 60)),
        settings=Settings(disk_mib=16, calls_per_s=200),
        loses="sometimes",
        remark=(
            "refused with 503 until there is room; every repeat counts again in the metrics; "
            "a request that is read from the queue at that moment can be skipped; "
            "the balance below shows it"
        ),
    ),
    Fault(
        name="item-damaged",
        when="the disk damages one waiting request",
        inject=worn(one_item),
        settings=Settings(calls_per_s=400),
        loses="counted",
        remark="that request is lost; the balance below shows it",
    ),
    Fault(
        name="item-damaged-killed",
        when="it does so, and the Collector is killed before it reads that request",
        inject=damaged(one_item),
        loses="untold",
        remark="the balance below starts again with the Collector, so nothing counts this",
    ),
    Fault(
        name="file-damaged",
        when="the disk damages a queue's file beyond reading",
        inject=damaged(header),
        loses="told",
        remark="the Collector does not start, and says why: move the file away",
    ),
)
