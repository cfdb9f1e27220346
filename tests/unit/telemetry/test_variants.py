"""Who is in which arm, and what is marked as being in it."""

import asyncio
import copy
import hashlib
import pickle
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import trace

import spansight
from spansight.conventions import attributes
from spansight.errors import ConfigError
from spansight.measures.experiments import sample_ratio
from support.recording import Recorded

HALVES: Final = {"formal": 1, "casual": 1}


def test_the_arm_is_that_whose_share_holds_the_hash() -> None:
    """Computed here by hand, from the rule that the documentation states."""
    for user in map(str, range(200)):
        digits = hashlib.sha256(b"tone\x00" + user.encode()).hexdigest()[:16]
        expected = "casual" if int(digits, 16) < 2**63 else "formal"
        assert spansight.variant("tone", user, HALVES) == expected


def test_every_process_says_the_same() -> None:
    units = list(range(50))
    here = [str(spansight.variant("tone", unit, HALVES)) for unit in units]
    asked = f"import spansight; print(*[spansight.variant('tone', u, {HALVES}) for u in {units}])"
    there = subprocess.run(
        [sys.executable, "-c", asked],
        env={"PYTHONHASHSEED": "123"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.split() == here


def test_neither_the_order_nor_the_scale_of_weights_matters() -> None:
    for unit in range(200):
        arm = spansight.variant("tone", unit, HALVES)
        assert arm == spansight.variant("tone", str(unit), {"casual": 50, "formal": 50})


@given(st.text(min_size=1, max_size=20))
def test_a_growing_arm_loses_nobody(unit: str) -> None:
    small = spansight.variant("tone", unit, {"a": 1, "b": 9})
    large = spansight.variant("tone", unit, {"a": 5, "b": 5})
    assert small != "a" or large == "a"


def test_shares_come_out_as_asked_and_experiments_are_independent() -> None:
    weights = {"a": 5, "b": 3, "c": 2}
    arms = [spansight.variant("one", unit, weights) for unit in range(5000)]
    assert not sample_ratio(Counter(map(str, arms)), weights).is_mismatch
    others = [spansight.variant("two", unit, HALVES) for unit in range(5000)]
    among_a = Counter(str(other) for arm, other in zip(arms, others, strict=True) if arm == "a")
    assert not sample_ratio(among_a, HALVES).is_mismatch


def test_nobody_is_in_an_arm_of_weight_0() -> None:
    weights = {"a": 0, "b": 1, "c": 0}
    assert {str(spansight.variant("tone", unit, weights)) for unit in range(100)} == {"b"}


def test_calls_and_scores_of_the_block_are_marked(recorded: Recorded) -> None:
    tracer = trace.get_tracer("test")
    with spansight.variant("tone", "ann", {"casual": 1}) as arm:
        prompt = {"casual": "Hi!"}[arm]
        with tracer.start_as_current_span("inside"):
            spansight.evals.record("polite", 1.0, evaluator="heuristic")
    with tracer.start_as_current_span("outside"):
        pass
    assert prompt == "Hi!"
    marks = {attributes.EXPERIMENT: "tone", attributes.VARIANT: "casual"}
    assert marks.items() <= recorded.attributes("inside").items()
    assert not marks.keys() & recorded.attributes("outside").keys()
    (score,) = recorded.events
    assert marks.items() <= score.attributes.items()


def test_an_arm_may_be_entered_again_and_inside_itself(recorded: Recorded) -> None:
    arm = spansight.variant("tone", "ann", {"casual": 1})
    inside = trace.get_tracer("test").start_as_current_span("inside")
    with arm, spansight.variant("length", "ann", {"short": 1}), arm, inside:
        pass
    assert recorded.attributes("inside")[attributes.EXPERIMENT] == "tone"


def test_an_arm_holds_for_coroutines_and_threads_at_once(recorded: Recorded) -> None:
    arm = spansight.variant("prompts", "kim", {"a": 1})
    both_are_inside = threading.Barrier(2)

    async def work(name: str) -> None:
        async with arm:
            both_are_inside.wait()
            trace.get_tracer("test").start_span(name).end()
        trace.get_tracer("test").start_span(f"after {name}").end()

    threads = [threading.Thread(target=asyncio.run, args=(work(name),)) for name in ("1", "2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in ("1", "2"):
        assert recorded.attributes(name)["spansight.variant"] == "a"
        assert "spansight.variant" not in recorded.attributes(f"after {name}")


def test_an_arm_can_be_sent_and_copied() -> None:
    arm = spansight.variant("prompts", "kim", {"a": 1})
    with arm:
        for same in (pickle.loads(pickle.dumps(arm)), copy.deepcopy(arm)):  # noqa: S301 - our own bytes
            assert (same, same.experiment, type(same)) == ("a", "prompts", type(arm))


WRONG: Final[list[tuple[Any, str]]] = [
    (("", 1, HALVES), r"variant\(''\): expected a name of 1 to 128 characters"),
    (("tone", "", HALVES), r"variant\('tone'\): unit '': expected a text or a whole number"),
    (("tone", None, HALVES), r"unit None: expected a text or a whole number"),
    (("tone", True, HALVES), r"unit True: expected a text or a whole number"),
    (("tone", 1, {}), r"weights {}: expected one for each arm"),
    (("tone", 1, ["a", "b"]), r"weights \['a', 'b'\]: expected one for each arm"),
    (("tone", 1, {"": 1}), r"arm '': expected 1 to 128 characters"),
    (("tone", 1, {"a": -1, "b": 1}), r"weight -1 of 'a': expected 0 or more"),
    (("tone", 1, {"a": float("nan")}), r"weight nan of 'a': expected 0 or more"),
    (("tone", 1, {"a": "half"}), r"weight 'half' of 'a': expected 0 or more"),
    (("tone", 1, {"a": 0}), r"weights {'a': 0}: expected one above 0"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_what_makes_no_sense_is_one_clear_error(
    arguments: tuple[Any, Any, Mapping[str, float]], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        spansight.variant(*arguments)
