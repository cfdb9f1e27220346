"""Every fault as a row: what happens, how it is made, and what may be lost by it."""

from dataclasses import dataclass
from typing import Final

from faults import backends
from faults.injections import (
    Inject,
    Length,
    down,
    frozen,
    killed,
    misbehaving,
    overloaded,
    reloaded,
)
from faults.oracle import Loses

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


OUTAGE: Final = Length(6, PAST_THE_DEFAULT_S)
WHILE: Final = Length(4, 60)

FAULTS: Final = (
    Fault(
        name="kill",
        when="the Collector is killed (`kill -9`), again and again",
        inject=killed(Length(3, 20)),
    ),
    Fault(name="reload", when="it reloads its files under load", inject=reloaded(Length(2, 10))),
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
            remark="not to be repeated, by the rules of OTLP",
        )
        for status in (400, 401, 403, 404, 413, 500)
    ),
    Fault(
        name="overload",
        when="ten times the load comes for a while",
        inject=overloaded(10, Length(5, 60)),
    ),
)
