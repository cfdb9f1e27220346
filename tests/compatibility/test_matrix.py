"""Each call of each library is exactly one right span, but for the gaps that its row declares."""

from collections.abc import Callable

import pytest

from compatibility import page
from compatibility.environments import instrumentor_extras, locked, python
from compatibility.rows import ROWS, Row
from compatibility.running import Outcome, declared
from support.processes import environment, run

# The first run on a machine downloads what the programs need.
pytestmark = pytest.mark.timeout(900)

LIBRARIES = {
    "agents",
    "agno",
    "anthropic",
    "botocore",
    "dspy",
    "google.genai",
    "langchain_core",
    "litellm",
    "llama_index.core",
    "openai",
    "pydantic_ai",
    "smolagents",
}

every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@every_row
def test_every_call_is_one_right_span(row: Row, outcome: Callable[[Row], Outcome]) -> None:
    """A gap that is declared and gone fails too: take it out of the row."""
    found = outcome(row)
    assert found.gaps == declared(row.gaps, found.steps)


@every_row
def test_the_program_runs_as_it_does_without_us(
    row: Row, outcome: Callable[[Row], Outcome]
) -> None:
    ran = outcome(row)
    assert (ran.bare.code, ran.instrumented.code) == (0, 0), ran.instrumented.errors
    assert ran.instrumented.output == ran.bare.output
    told = [line for line in ran.instrumented.errors.splitlines() if "spansight:" in line]
    assert [line.endswith("was not written for it") for line in told] == [True] * row.undeclared
    assert [line.partition(":")[0] for line in ran.bare.output.splitlines()] == list(ran.steps)


@every_row
def test_a_program_that_uses_no_library_waits_for_none(
    row: Row, outcome: Callable[[Row], Outcome]
) -> None:
    """To load an instrumentor is to import its library: three seconds, for some."""
    interpreter = python(outcome(row).row.environment)
    code = f"import sys; print(*{LIBRARIES} & sys.modules.keys())"
    done = run([interpreter, "-c", code], environment(SPANSIGHT_ENABLED="true"))
    assert (done.output, done.errors) == ("\n", "")


@every_row
def test_a_lock_holds_what_its_row_asks_for(row: Row) -> None:
    pins = locked(row.environment)
    for requirement in row.environment.requirements:
        name, _, version = requirement.partition("==")
        assert pins[name.partition("[")[0]] == version
    assert {row.library, row.beside or row.library, *row.instrumentors} <= pins.keys()


def test_every_extra_of_an_instrumentor_has_a_row() -> None:
    assert {row.environment.extra for row in ROWS} >= set(instrumentor_extras())


def test_no_two_rows_read_the_same() -> None:
    told = [(page.library(row), page.spans_by(row)) for row in ROWS]
    assert len(set(told)) == len(told)


def test_the_page_tells_what_was_found(outcome: Callable[[Row], Outcome]) -> None:
    """`cd tests && python -m compatibility page` writes it."""
    assert page.PAGE.read_text("utf-8") == page.text([outcome(row) for row in ROWS])
