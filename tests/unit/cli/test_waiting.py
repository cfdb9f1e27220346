"""The bar of a long run: on a terminal, after a while, and gone at the end."""

import io

from rich.console import Console

from spansight.cli.waiting import bar
from spansight.evals import Score
from spansight.live.findings import eventually

FAILED = Score(case="1", name="a", error_type="TimeoutError", cost_usd=0.5)


def shown(*, terminal: bool, quiet_s: float) -> str:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=terminal, width=100, color_system=None)
    with bar(console, "evaluating golden", quiet_s=quiet_s) as told:
        told(1, 4, FAILED)
        if terminal and not quiet_s:
            assert eventually(lambda: "1/4" in screen.getvalue(), within_s=10, every_s=0.05)
    return screen.getvalue()


def test_a_terminal_sees_how_far_it_is_what_failed_and_what_it_cost() -> None:
    assert "evaluating golden, 1 failed, 0.50 USD" in shown(terminal=True, quiet_s=0)


def test_what_is_done_at_once_shows_no_bar() -> None:
    assert shown(terminal=True, quiet_s=60) == ""


def test_a_log_has_no_bar() -> None:
    assert shown(terminal=False, quiet_s=0) == ""
