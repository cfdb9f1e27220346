"""The gate as an assertion, for any test suite."""

from pathlib import Path

from spansight.evals import reports
from spansight.evals.gate import Comparison, Rules, compare
from spansight.evals.runs import Run


def assert_no_regression(
    run: Run | str | Path, baseline: Run | str | Path, rules: Rules | None = None
) -> Comparison:
    """Raise an AssertionError that shows the worst cases where a run is worse than its baseline."""
    comparison = compare(_read(run), _read(baseline), rules)
    if comparison.findings:
        said = [reports.plain(one, comparison.rules.worst) for one in comparison.findings]
        raise AssertionError("\n\n".join([reports.verdict(comparison), *said]))
    return comparison


def _read(run: Run | str | Path) -> Run:
    return run if isinstance(run, Run) else Run.read(run)
