"""The oracle: what was acknowledged is stored, or counted as given up."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self

from faults.sender import Truth

Form = Literal["short", "long"]

Loses = Literal["nothing", "counted", "sometimes", "told", "untold"]
"""Of what was acknowledged: nothing at all; what the Collector counts, always or sometimes; what
only its log tells; or what nothing need tell: the last two are gaps, and named as such."""

_ENOUGH: Final = 50
"""Calls of each signal, below which a run shows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One signal's calls."""

    sent: int
    acknowledged: int
    rejected: int
    """Refused for good: the sender knows."""
    found: int
    lost: int
    """Acknowledged, and not found."""
    dropped: int
    """What the Collector counts as given up."""
    missing: int = 0
    """What it took, and neither sent nor gave up, when nothing waits any more."""
    duplicated: int
    altered: int
    refusals: int
    """Requests that were to be sent again."""
    unanswered: int

    @property
    def silently_lost(self) -> int:
        """What nobody counts."""
        return max(0, self.lost - self.counted)

    @property
    def counted(self) -> int:
        """What the Collector's counters say is lost."""
        return self.dropped + self.missing

    @classmethod
    def of(
        cls, truth: Truth, found: Counter[int], *, altered: int, dropped: int, missing: int
    ) -> Self:
        """Return the tally of what a sender, a store and the Collector know."""
        return cls(
            sent=truth.sent,
            acknowledged=len(truth.acknowledged),
            rejected=len(truth.rejected),
            found=len(found),
            lost=len(truth.acknowledged - found.keys()),
            dropped=dropped,
            missing=missing,
            duplicated=found.total() - len(found),
            altered=altered,
            refusals=truth.refusals,
            unanswered=truth.unanswered,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one fault did."""

    fault: str
    form: Form
    seconds: float
    """How long the trouble lasted."""
    felt: int
    """How often it struck."""
    traces: Tally
    logs: Tally
    counted: int
    """Calls in the derived metrics."""
    drain_s: float
    """From the end of the trouble until all that could arrive had."""
    peak_rss_mib: float
    peak_disk_mib: float
    log: str
    """What the Collector said."""

    @property
    def tallies(self) -> tuple[Tally, Tally]:
        """Both signals."""
        return self.traces, self.logs

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it, without the Collector's words."""
        return {key: value for key, value in asdict(self).items() if key != "log"}

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> Self:
        """Return what `as_dict` wrote."""
        tallies: dict[str, Any] = {name: Tally(**said[name]) for name in ("traces", "logs")}
        return cls(**(said | tallies), log="")

    def breaches(self, loses: Loses) -> list[str]:
        """Return what is not as it should be, in words."""
        found = [] if self.felt else ["the fault never struck"]
        for name, tally in (("traces", self.traces), ("logs", self.logs)):
            told = {
                f"only {tally.acknowledged} acknowledged": tally.acknowledged < _ENOUGH,
                f"{tally.silently_lost} lost uncounted": tally.silently_lost > 0
                and loses in {"nothing", "counted", "sometimes"},
                f"{tally.altered} altered": tally.altered > 0,
                f"{tally.counted} counted as lost, too many": tally.counted > tally.lost,
                f"{tally.lost} lost": tally.lost > 0 and loses == "nothing",
            }
            found += [f"{name}: {words}" for words, so in told.items() if so]
        # A row that says that calls are lost, and loses none any more, is out of date.
        if loses not in {"nothing", "sometimes"} and not any(tally.lost for tally in self.tallies):
            found.append("nothing lost, though the row says so")
        return found
