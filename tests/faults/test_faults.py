"""What the Collector acknowledged is stored, or counted as given up, whatever happens meanwhile."""

from collections.abc import Callable

import pytest

from faults import page
from faults.oracle import Outcome
from faults.table import FAULTS, Fault


@pytest.mark.stack
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_costs_what_its_row_says(fault: Fault, outcome: Callable[[Fault], Outcome]) -> None:
    ran = outcome(fault)
    assert ran.breaches(fault.loses) == [], ran.log[-4000:]


def test_every_fault_is_on_the_page() -> None:
    """`make faults` writes both."""
    results = page.stored()
    assert list(results) == [fault.name for fault in FAULTS]
    assert page.PAGE.read_text("utf-8") == page.text(results)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_page_tells_of_no_breach(fault: Fault) -> None:
    assert Outcome.from_dict(page.stored()[fault.name]["outcome"]).breaches(fault.loses) == []
