"""Is a run worse than its baseline?  Paired by case, metric by metric, with an interval.

A metric is worse when the whole interval of its mean change lies beyond the minimum effect (a
minimum-effect test, Murphy and Myors 1999), and chance would rarely do the same to runs that are
alike.  Several metrics share the chance of a false alarm (Bonferroni).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from spansight.conventions import labels
from spansight.errors import ConfigError
from spansight.evals.interval import Interval, chance_of_mean, fewest, of_mean, tail
from spansight.evals.model import Case, Score
from spansight.evals.runs import Run

Outcome = Literal["worse", "better", "equal", "unclear", "too few"]
"""The interval lies beyond the minimum effect on one side, within it, or across; or has no use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What counts as worse."""

    minimum_effect: float = 0.02
    """A change of a mean that is too small to matter."""
    confidence: float = 0.95
    """Of all intervals together."""
    metrics: Sequence[str] = ()
    """Which to compare; all that both runs have, unless named."""
    lower_is_better: frozenset[str] = labels.LOWER_IS_BETTER
    allows_other_version: bool = False
    """Whether to compare what two versions of a dataset have in common."""
    worst: int = 5
    """Cases to show of each metric that is worse."""
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.minimum_effect < 1:
            raise ConfigError(f"minimum effect {self.minimum_effect!r}: expected 0 to 1")
        if not 0 < self.confidence < 1:
            raise ConfigError(f"confidence {self.confidence!r}: expected 0 to 1, such as 0.95")


@dataclass(frozen=True, slots=True)
class Pair:
    """One case under both runs."""

    before: Score
    after: Score
    was: Case | None
    now: Case | None
    """The case with its answer then and now, where the runs kept it."""

    @property
    def question(self) -> str:
        """What was asked."""
        known = self.now or self.was
        return known.question if known else ""

    @property
    def change(self) -> float | None:
        """What the score has gained; None where one side has no number."""
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value

    @property
    def is_lost(self) -> bool:
        """Whether there was a number, and is none, though nothing failed."""
        had, has = self.before.value is not None, self.after.value is not None
        return had and not has and self.after.error_type is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One metric under both runs."""

    metric: str
    pairs: Sequence[Pair]
    """The cases that both runs have a number of, the one that changed for the worst first."""
    interval: Interval | None
    """Of the mean change; none where there are too few pairs to tell."""
    outcome: Outcome
    failed: Sequence[Pair]
    """The cases that fail now and did not before."""
    lost: Sequence[Pair]
    """The cases that had a number and have none now, though nothing failed."""
    losses: Sequence[Pair]
    """The pairs that changed for the worse, the largest change first."""
    failures: tuple[int, int]
    """Failures before and now, of the cases that both runs have."""

    @property
    def before(self) -> float | None:
        """The baseline's mean over the pairs."""
        return _mean([pair.before.value for pair in self.pairs])

    @property
    def after(self) -> float | None:
        """The run's mean over the pairs."""
        return _mean([pair.after.value for pair in self.pairs])

    @property
    def has_more_failures(self) -> bool:
        """Whether more failed than before."""
        return self.failures[1] > self.failures[0]

    @property
    def has_vanished(self) -> bool:
        """Whether there is nothing left of what the baseline had numbers of."""
        return bool(self.lost) and not self.pairs

    @property
    def is_finding(self) -> bool:
        """Whether the gate closes."""
        return self.outcome == "worse" or self.has_more_failures or self.has_vanished


@dataclass(frozen=True)
class Comparison:
    """A run beside its baseline."""

    run: Run
    baseline: Run
    rules: Rules
    changes: Sequence[Change]
    cases: int
    """How many cases both have."""

    @cached_property
    def findings(self) -> list[Change]:
        """The metrics that close the gate."""
        return [change for change in self.changes if change.is_finding]

    @property
    def confidence_each(self) -> float:
        """The confidence of one interval."""
        return _each(self.rules.confidence, len(self.changes))


def compare(run: Run, baseline: Run, rules: Rules | None = None) -> Comparison:
    """Compare a run with its baseline.

    Runs of other questions, of other evaluators or without an end are refused: their numbers say
    nothing about each other.
    """
    used = rules or Rules()
    _require_finished(run, "the run")
    _require_finished(baseline, "the baseline")
    common = _common(run, baseline, used)
    metrics = _metrics(run, baseline, used)
    both = {name: _scores(run, baseline, name, common) for name in metrics}
    # A label is no number: there is nothing to take a mean of.
    judged = {name: scores for name, scores in both.items() if _is_judged(scores)}
    if not judged:
        raise ConfigError(
            f"nothing to compare: {', '.join(metrics)} have no numbers and no failure"
        )
    confidence = _each(used.confidence, len(judged))
    changes = [
        _change(name, scores, (run.answers, baseline.answers), used, confidence)
        for name, scores in judged.items()
    ]
    if all(change.outcome == "too few" and not change.is_finding for change in changes):
        most = max(len(change.pairs) for change in changes)
        raise ConfigError(
            f"{most} cases with a score on both sides; expected at least {fewest(confidence)} to "
            f"tell anything of {len(changes)} metrics with {used.confidence:.0%} confidence; "
            "add cases, or name fewer metrics"
        )
    return Comparison(run, baseline, used, changes, len(common))


_Scores = Sequence[tuple[Score, Score]]
"""Of each case, before and now."""

_NUMBERS: Final = (labels.ANSWERING,)
"""What fails or does not, and has no number."""


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def _each(confidence: float, metrics: int) -> float:
    return 1 - (1 - confidence) / max(1, metrics)


def _require_finished(run: Run, which: str) -> None:
    if missing := run.missing:
        raise ConfigError(
            f"{which} {run.dataset!r} of {run.started} has no end: {missing} scores are missing; "
            "call it again with the same file, it goes on where it was"
        )


def _common(run: Run, baseline: Run, rules: Rules) -> set[str]:
    if run.questions != baseline.questions and not rules.allows_other_version:
        raise ConfigError(
            f"the baseline is of another version of the dataset ({baseline.dataset!r}, "
            f"{baseline.questions}); expected {run.dataset!r}, {run.questions}; make a new "
            "baseline, or compare the cases that both have with --allow-other-version"
        )
    common = {score.case for score in run.scores} & {score.case for score in baseline.scores}
    asked = {case for case in common if not _is_other_question(case, run, baseline)}
    if not asked:
        raise ConfigError(
            f"run {run.dataset!r} and baseline {baseline.dataset!r} have no case in common; "
            "expected the same ids and questions"
        )
    return asked


def _is_other_question(case: str, run: Run, baseline: Run) -> bool:
    now, was = run.answers.get(case), baseline.answers.get(case)
    return now is not None and was is not None and now.question != was.question


def _metrics(run: Run, baseline: Run, rules: Rules) -> list[str]:
    have = [name for name in baseline.evaluators if name in run.evaluators]
    for name in rules.metrics or baseline.evaluators:
        if name not in have:
            which = "run" if name in baseline.evaluators else "baseline"
            raise ConfigError(
                f"metric {name!r}: the {which} has none; expected it on both sides; "
                f"name those to compare, of {', '.join(have) or 'none'}"
            )
    wanted = list(rules.metrics or have)
    for name in wanted:
        then, now = baseline.evaluators[name], run.evaluators[name]
        if then != now:
            raise ConfigError(
                f"metric {name!r} was measured by {then:.200}, and now by {now:.200}; "
                "expected the same evaluator on both sides; make a new baseline"
            )
    return [*wanted, *(name for name in _NUMBERS if run.target or baseline.target)]


def _scores(run: Run, baseline: Run, name: str, cases: set[str]) -> _Scores:
    before = {one.case: one for one in baseline.scores if one.name == name}
    after = {one.case: one for one in run.scores if one.name == name}
    return [(before[case], after[case]) for case in before if case in after and case in cases]


def _is_judged(scores: _Scores) -> bool:
    return any(one.value is not None or one.error_type for pair in scores for one in pair)


def _change(
    name: str,
    scores: _Scores,
    answers: tuple[Mapping[str, Case], Mapping[str, Case]],
    rules: Rules,
    confidence: float,
) -> Change:
    now, was = answers
    both = [Pair(*pair, was.get(pair[0].case), now.get(pair[0].case)) for pair in scores]
    sign = -1 if name in rules.lower_is_better else 1
    gains = {pair.before.case: sign * pair.change for pair in both if pair.change is not None}
    ranked = sorted(
        (pair for pair in both if pair.before.case in gains),
        key=lambda pair: gains[pair.before.case],
    )
    values = [*gains.values()]
    gained = None
    if len(values) >= fewest(confidence):
        gained = of_mean(values, confidence=confidence, seed=rules.seed)
    return Change(
        metric=name,
        pairs=ranked,
        interval=gained if gained is None or sign > 0 else Interval(-gained.high, -gained.low),
        outcome=_outcome(values, gained, rules, tail(confidence)),
        failed=[pair for pair in both if pair.after.error_type and not pair.before.error_type],
        lost=[pair for pair in both if pair.is_lost],
        losses=[pair for pair in ranked if gains[pair.before.case] < 0],
        failures=(
            sum(before.error_type is not None for before, _ in scores),
            sum(after.error_type is not None for _, after in scores),
        ),
    )


def _outcome(
    gains: Sequence[float], interval: Interval | None, rules: Rules, rare: float
) -> Outcome:
    minimum = rules.minimum_effect
    if interval is None:
        return "too few"
    if interval.high < -minimum:
        return "worse" if chance_of_mean(gains, seed=rules.seed) <= rare else "unclear"
    if interval.low > minimum:
        losses = [-gain for gain in gains]
        return "better" if chance_of_mean(losses, seed=rules.seed) <= rare else "unclear"
    return "equal" if -minimum <= interval.low and interval.high <= minimum else "unclear"
