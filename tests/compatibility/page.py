"""The page that tells what works with what, from the outcomes of a run."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from compatibility.environments import locked
from compatibility.rows import EVERY_STEP, Row
from compatibility.running import Outcome

PAGE: Final = Path(__file__).parents[2] / "docs" / "compatibility.md"

_TOP: Final = """\
<!-- written by `python -m compatibility page` in tests/ from a run of tests/compatibility -->

# Which libraries does it work with?

Install what stands beside your library, and set `SPANSIGHT_ENABLED=true`:
"""
_MORE: Final = """
Any other package that registers an `opentelemetry_instrumentor` is loaded too, whoever wrote it:
install it beside Spansight.
One that fails is a line on stderr, and the others are loaded all the same.
One that was not written for your version of its library is loaded if a row below shows that it is
right with it, and a line on stderr says so.

A call that two of them tell, such as a framework and the client under it, counts once:
the inner span stays in the trace, marked `spansight.nested`.
So does that of an answer which DSPy or LangChain gives from its cache: no call was made.

## How right are the spans?

Each row is an environment of its own with these exact versions.
A small program makes every kind of call in it, against a provider that keeps a log.
A call of that log is right when exactly one span tells it, with its model, tokens, finish reason,
status and parent.
What the program prints is the same with and without Spansight in every row.
"""
_GAPS: Final = """
## Which gaps are known?

A gap that closes fails the tests, so that this list stays true.
"""


def text(outcomes: Sequence[Outcome]) -> str:
    """Return the page."""
    rows = [outcome.row for outcome in outcomes]
    parts = (_TOP, _installs(rows), _MORE, _scores(outcomes), _GAPS)
    return "\n".join((*(part.strip("\n") + "\n" for part in parts), _gaps(rows)))


def _installs(rows: Sequence[Row]) -> str:
    installs = {
        row.library: (row.title, _install(row)) for row in reversed(rows) if not row.own_spans
    }
    return _table(("you use", "install"), reversed(installs.values()))


def _install(row: Row) -> str:
    extra = row.environment.extra
    return f"`pip install 'spansight[{extra}]'`" if extra else "`pip install spansight`"


def _scores(outcomes: Sequence[Outcome]) -> str:
    return _table(
        ("library", "spans by", "kinds of calls", "right"),
        (
            (
                library(outcome.row),
                spans_by(outcome.row),
                ", ".join(outcome.steps),
                f"{outcome.right} of {len(outcome.verdicts)}",
            )
            for outcome in outcomes
        ),
    )


def library(row: Row) -> str:
    """Return what a row is about."""
    return " beside ".join(_versions(row, filter(None, (row.library, row.beside))))


def spans_by(row: Row) -> str:
    """Return whose spans a row counts."""
    own = ["the library itself"] if row.own_spans else []
    return "<br>".join((*own, *_versions(row, row.instrumentors)))


def _versions(row: Row, names: Iterable[str]) -> list[str]:
    versions = locked(row.environment)
    return [f"{name} {versions[name]}" for name in names]


def _gaps(rows: Sequence[Row]) -> str:
    steps: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in rows:
        for gap in row.gaps:
            key = (row.title, ", ".join(gap.faults), gap.reason)
            steps[key].append("every one" if gap.step == EVERY_STEP else gap.step)
    return _table(
        ("you use", "calls", "wrong", "why, and what to do"),
        ((title, ", ".join(calls), faults, why) for (title, faults, why), calls in steps.items()),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
