"""Run a row's program twice, without instrumentation and with it, against a provider of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from compatibility import environments
from compatibility.ledger import Ledger
from compatibility.rows import EVERY_STEP, Gap, Row
from compatibility.scoring import Verdict, verdicts
from spansight.conventions.environment import ENABLED, INSTRUMENTOR
from support.otlp_sink import Sink
from support.processes import Finished, environment, run

PROGRAMS: Final = Path(__file__).parent / "programs"
_WITHIN_S: Final = 120
_DEFAULT: Final = "official"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Both runs of one row."""

    row: Row
    bare: Finished
    instrumented: Finished
    verdicts: tuple[Verdict, ...]

    @property
    def steps(self) -> tuple[str, ...]:
        """What the program does, in its order."""
        return tuple(dict.fromkeys(verdict.step for verdict in self.verdicts))

    @property
    def gaps(self) -> set[tuple[str, tuple[str, ...]]]:
        """The faults that were found, as step and faults."""
        return {(one.step, one.faults) for one in self.verdicts if one.faults}

    @property
    def right(self) -> int:
        """How many calls are exactly one right span."""
        return sum(not verdict.faults for verdict in self.verdicts)


def outcome(row: Row) -> Outcome:
    """Run a row; raises Unreachable where its environment is missing and cannot be made."""
    command = [environments.python(row.environment), PROGRAMS / f"{row.program}.py"]
    with Ledger() as provider:
        bare = run(command, environment(PROVIDER=provider.root), _WITHIN_S)
    # The variable alone, where the row does not ask for the other instrumentor.
    choice = {INSTRUMENTOR.name: row.chosen} if row.chosen != _DEFAULT else {}
    with Ledger() as provider, Sink() as sink:
        settings = environment(
            PROVIDER=provider.root, OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, **choice
        )
        instrumented = run(command, settings | {ENABLED.name: "true"}, _WITHIN_S)
        told = verdicts(provider.entries, sink.spans, row.parents)
    return Outcome(row, bare, instrumented, tuple(told))


def declared(gaps: tuple[Gap, ...], steps: tuple[str, ...]) -> set[tuple[str, tuple[str, ...]]]:
    """Return declared gaps in the form of those that are found."""
    return {
        (step, gap.faults)
        for gap in gaps
        for step in (steps if gap.step == EVERY_STEP else (gap.step,))
    }
