"""`assert_no_regression` as a fixture: it fails a test where a run is worse than its baseline.

pytest loads this in every run of an environment that has Spansight, so it imports nothing more
until it is used; in `spansight.evals` it could not help it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from spansight.evals.gate import Comparison, Rules
    from spansight.evals.runs import Run

_UPDATE = "--update-baselines"


class Assertion(Protocol):
    """Compares a run with the baseline in a file."""

    def __call__(
        self, run: "Run", baseline: str | Path, rules: "Rules | None" = None
    ) -> "Comparison | None":
        """Fail where the run is worse; None where it has become the baseline."""
        ...


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one option."""
    group = parser.getgroup("spansight")
    group.addoption(_UPDATE, action="store_true", help="make the runs of today the baselines")


@pytest.fixture
def assert_no_regression(request: pytest.FixtureRequest) -> Assertion:
    """Compare a run with the baseline in a file; a relative path is beside the test's own file."""
    updates = bool(request.config.getoption(_UPDATE))

    def check(
        run: "Run", baseline: str | Path, rules: "Rules | None" = None
    ) -> "Comparison | None":
        from spansight.evals import regression  # noqa: PLC0415 - only when it is used

        file = request.path.parent / baseline
        if updates:
            run.write(file)
            return None
        if not file.exists():
            pytest.fail(f"{file}: no baseline yet; pytest {_UPDATE} makes one", pytrace=False)
        try:
            return regression.assert_no_regression(run, file, rules)
        except AssertionError as error:
            pytest.fail(str(error), pytrace=False)

    return check
