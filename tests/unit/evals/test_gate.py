"""A run beside its baseline: what closes the gate, what does not, and what cannot be compared."""

import random
import statistics
from collections.abc import Sequence

import pytest

from spansight.errors import ConfigError
from spansight.evals.gate import Change, Rules, compare
from spansight.evals.interval import chance_of_mean, fewest, of_mean
from spansight.evals.model import Case, Score
from spansight.evals.runs import Run
from support.runs import FAILED, run_of

Values = Sequence[float | str | None]
TWENTY = [0.8] * 20
ANY_VERSION = Rules(allows_other_version=True)


def change_of(
    after: Values, before: Values = TWENTY, name: str = "m", rules: Rules | None = None
) -> Change:
    baseline, run = run_of({name: before}), run_of({name: after})
    (change,) = compare(run, baseline, rules).changes
    return change


@pytest.mark.parametrize(
    ("after", "minimum", "outcome", "closes"),
    [
        ([0.7] * 20, 0.02, "worse", True),
        ([0.9] * 20, 0.02, "better", False),
        ([0.79] * 20, 0.02, "equal", False),
        ([0.79] * 20, 0.0, "worse", True),
        ([0.8] * 20, 0.0, "equal", False),
        ([0.2, *[0.8] * 18, 1.0], 0.02, "unclear", False),
        ([0.2, 0.2, 0.2, *[0.8] * 17], 0.02, "unclear", False),
        ([0.2] * 6 + [0.8] * 14, 0.02, "worse", True),
        ([1.0] * 5 + [0.8] * 15, 0.02, "unclear", False),
        ([1.0] * 6 + [0.8] * 14, 0.02, "better", False),
    ],
)
def test_worse_is_a_whole_interval_beyond_the_minimum_effect(
    after: Values, minimum: float, outcome: str, *, closes: bool
) -> None:
    change = change_of(after, rules=Rules(minimum_effect=minimum))
    assert (change.outcome, change.is_finding) == (outcome, closes)


@pytest.mark.parametrize("name", ["toxicity", "noise_ratio", "redundancy", "seconds"])
def test_of_some_metrics_more_is_worse(name: str) -> None:
    rules = Rules(lower_is_better=Rules().lower_is_better | {"seconds"})
    up = change_of([0.9, *[1.0] * 19], name=name, rules=rules)
    assert up.outcome == "worse"
    assert up.pairs[0].after.value == 1.0
    assert up.interval is not None
    assert 0.1 < up.interval.low <= up.interval.high <= 0.2
    assert change_of([0.1] * 20, name=name, rules=rules).outcome == "better"


def test_the_worst_cases_come_first_with_both_answers() -> None:
    baseline = run_of({"m": TWENTY}, answers="old")
    run = run_of({"m": [0.8, 0.0, 0.4, *[0.5] * 17]}, answers="new")
    (change,) = compare(run, baseline).changes
    worst, second, *_ = change.pairs
    assert (worst.question, worst.change) == ("question 1", -0.8)
    assert worst.was is not None
    assert worst.now is not None
    assert (worst.was.answer, worst.now.answer) == ("old 1", "new 1")
    assert second.question == "question 2"
    assert change.pairs[-1].change == 0
    assert [*change.losses] == [*change.pairs[:-1]]


def test_the_interval_is_that_of_the_normal_law_where_that_holds() -> None:
    generator = random.Random(7)  # noqa: S311 - no secret
    values = [generator.gauss(0.1, 0.3) for _ in range(400)]
    interval = of_mean(values, confidence=0.95)
    mean, half = statistics.fmean(values), 1.96 * statistics.stdev(values) / 20
    assert interval.low == pytest.approx(mean - half, abs=0.15 * half)
    assert interval.high == pytest.approx(mean + half, abs=0.15 * half)
    assert of_mean(values, confidence=0.95) == interval
    assert of_mean(values, confidence=0.95, seed=1) != interval
    assert of_mean(values, confidence=0.99).high > interval.high


def test_chance_is_that_of_tossed_signs() -> None:
    assert chance_of_mean([-0.6] * 3 + [0.0] * 17) == pytest.approx(1 / 8)
    assert chance_of_mean([-0.1, -0.2, 0.1]) == pytest.approx(3 / 8)
    assert chance_of_mean([0.0] * 20) == 1.0
    assert chance_of_mean([-0.1] * 40) < 0.001


def test_too_few_cases_tell_nothing() -> None:
    # All of six changes point down by chance once in 64, of five once in 32: 2.5 % lie between.
    assert (fewest(0.95), fewest(0.99)) == (6, 8)
    with pytest.raises(ConfigError, match="5 cases with a score on both sides; expected at least"):
        change_of([0.0] * 5, [1.0] * 5)
    assert change_of([0.0] * 6, [1.0] * 6).outcome == "worse"


def test_a_metric_with_too_few_cases_is_said_to_have_them() -> None:
    few: Values = [1.0, *[None] * 19]
    baseline = run_of({"m": TWENTY, "rare": few})
    changes = compare(baseline, baseline).changes
    assert [change.outcome for change in changes] == ["equal", "too few"]


def test_several_metrics_share_one_chance_of_a_false_alarm() -> None:
    baseline = run_of(dict.fromkeys("abcd", TWENTY))
    comparison = compare(baseline, baseline)
    assert comparison.confidence_each == pytest.approx(0.9875)
    assert compare(baseline, baseline, Rules(metrics=["a"])).confidence_each == 0.95


def test_more_failures_close_the_gate() -> None:
    change = change_of([FAILED, FAILED, *[0.8] * 18], [FAILED, *[0.8] * 19])
    assert (change.failures, change.outcome, change.is_finding) == ((1, 2), "equal", True)
    assert [pair.question for pair in change.failed] == ["question 1"]
    assert not change_of([0.8, FAILED, *[0.8] * 18], [FAILED, *[0.8] * 19]).is_finding


def test_a_score_that_is_gone_is_counted_and_when_all_are_it_closes_the_gate() -> None:
    some = change_of([None, *[0.8] * 19])
    assert (len(some.lost), some.is_finding) == (1, False)
    every = change_of([None] * 20)
    assert (len(every.lost), every.is_finding) == (20, True)


def test_what_the_target_could_not_answer_is_a_finding() -> None:
    told = {"m": TWENTY, "answer": [None] * 20}
    baseline = run_of(told, target="app:answer", evaluators={"m": "Evaluator()"})
    failing = {"m": TWENTY[1:], "answer": [*[None] * 19, FAILED]}
    run = run_of(failing, cases=20, target="app:answer", evaluators={"m": "Evaluator()"})
    assert [one.metric for one in compare(run, baseline).findings] == ["answer"]


def refused(run: Run, baseline: Run, rules: Rules | None = None) -> str:
    with pytest.raises(ConfigError) as raised:
        compare(run, baseline, rules)
    return str(raised.value)


def test_another_version_of_the_dataset_is_refused_unless_allowed() -> None:
    baseline, run = run_of({"m": [1.0] * 9}), run_of({"m": [0.0] * 12}, questions="q2")
    assert "of another version of the dataset ('golden', q1); expected 'golden', q2" in refused(
        run, baseline
    )
    comparison = compare(run, baseline, ANY_VERSION)
    assert (comparison.cases, len(comparison.changes[0].pairs)) == (9, 9)


def test_the_same_id_with_another_question_is_another_case() -> None:
    baseline, run = run_of({"m": TWENTY}), run_of({"m": TWENTY}, questions="q2")
    reworded = {**run.answers, "case 3": Case(id="case 3", question="something else")}
    run = run.with_scores(run.scores, reworded)
    comparison = compare(run, baseline, ANY_VERSION)
    assert comparison.cases == 19


def test_no_case_in_common_is_refused() -> None:
    run = run_of({"m": TWENTY}, questions="q2")
    other = [Score(case=f"x{score.case}", name="m", value=1) for score in run.scores]
    said = refused(run.with_scores(other), run_of({"m": TWENTY}), ANY_VERSION)
    assert "have no case in common; expected the same ids and questions" in said


def test_another_evaluator_of_the_same_name_is_refused() -> None:
    run = run_of({"m": TWENTY}, evaluators={"m": "Evaluator(strict=True)"})
    said = refused(run, run_of({"m": TWENTY}))
    assert "metric 'm' was measured by Evaluator(), and now by Evaluator(strict=True)" in said


def test_a_metric_that_one_side_lacks_is_refused_unless_others_are_named() -> None:
    baseline, run = run_of({"m": TWENTY, "n": TWENTY}), run_of({"m": TWENTY})
    assert "metric 'n': the run has none; expected it on both sides" in refused(run, baseline)
    assert "metric 'x': the baseline has none" in refused(run, run, Rules(metrics=["x"]))
    assert len(compare(run, baseline, Rules(metrics=["m"])).changes) == 1
    assert len(compare(baseline, run).changes) == 1


def test_a_run_without_an_end_is_refused() -> None:
    run = run_of({"m": TWENTY}, cases=22)
    assert "the run 'golden' of 2026-05-01T08:30:00+00:00 has no end: 2 scores" in refused(
        run, run_of({"m": TWENTY})
    )
    assert "the baseline" in refused(run_of({"m": TWENTY}), run)


def test_labels_alone_are_nothing_to_compare() -> None:
    silent = run_of({"m": [None] * 20})
    assert "nothing to compare: m have no numbers" in refused(silent, silent)


def test_a_wrong_rule_is_named() -> None:
    with pytest.raises(ConfigError, match=r"minimum effect -0\.1: expected 0 to 1"):
        Rules(minimum_effect=-0.1)
    with pytest.raises(ConfigError, match=r"confidence 1\.0: expected 0 to 1"):
        Rules(confidence=1.0)


def drawn(generator: random.Random, chances: Sequence[float]) -> Values:
    return [sum(generator.random() < chance for _ in range(10)) / 10 for chance in chances]


@pytest.mark.parametrize(("drop", "least", "most"), [(0.0, 0, 2), (0.2, 28, 30)])
def test_it_closes_rarely_on_equal_runs_and_nearly_always_on_worse_ones(
    drop: float, least: int, most: int
) -> None:
    """Thirty pairs of runs of fifty cases each; the benches measure the same at length."""
    closed = 0
    for seed in range(30):
        generator = random.Random(seed)  # noqa: S311 - no secret
        chances = [generator.betavariate(4, 1) for _ in range(50)]
        worse = [max(0.0, chance - drop) for chance in chances]
        closed += change_of(drawn(generator, worse), drawn(generator, chances)).is_finding
    assert least <= closed <= most
