"""A run over a dataset: what is limited, what is tried again, and what a failure leaves."""

import asyncio
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest
from opentelemetry import trace

import spansight
from spansight.conventions import attributes, events
from spansight.errors import ConfigError
from spansight.evals import Case, Dataset, Limits, Score, evaluate, evaluating
from support.judges import Asked, Says, priced
from support.recording import Recorded

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SOON = Limits(timeout_s=5, backoff_s=0.001)


def questions(count: int) -> Dataset:
    return Dataset.of([{"question": f"q{number}"} for number in range(count)])


def values(scores: list[Score]) -> list[Any]:
    return [score.value if score.error_type is None else score.error_type for score in scores]


def test_every_case_is_judged_by_every_evaluator_in_order() -> None:
    run = evaluate(questions(2), {"a": Says(True), "b": Asked(0.5), "c": Says("kind")})
    assert [(one.case, one.name, one.value, one.label) for one in run.scores] == [
        ("1", "a", 1.0, "pass"),
        ("1", "b", 0.5, None),
        ("1", "c", None, "kind"),
        ("2", "a", 1.0, "pass"),
        ("2", "b", 0.5, None),
        ("2", "c", None, "kind"),
    ]
    assert (run.mean("a"), run.mean("b"), run.mean("c")) == (1.0, 0.5, None)
    assert (run.cases, run.failures) == (2, [])


def test_a_score_is_an_event_of_the_span_that_was_judged(recorded: Recorded) -> None:
    case = Case(id="1", question="q", trace_id=TRACE, span_id=SPAN, response_id="chatcmpl-1")
    with spansight.context(pipeline="docs"):
        evaluate(Dataset("d", [case]), {"tone": Says("kind"), "ok": Says(False)})
    tone, verdict = sorted(
        recorded.events, key=lambda e: -len(e.attributes["gen_ai.evaluation.name"])
    )
    assert (tone.event_name, f"{tone.trace_id:032x}", f"{tone.span_id:016x}") == (
        events.EVALUATION,
        TRACE,
        SPAN,
    )
    about = {
        attributes.EVALUATOR: "heuristic",
        attributes.PIPELINE: "docs",
        attributes.RESPONSE_ID: "chatcmpl-1",
        attributes.TEAM: "core",
    }
    assert dict(tone.attributes) == about | {
        attributes.EVALUATION_NAME: "tone",
        attributes.EVALUATION_LABEL: "kind",
    }
    assert dict(verdict.attributes) == about | {
        attributes.EVALUATION_NAME: "ok",
        attributes.EVALUATION_SCORE: 0.0,
        attributes.EVALUATION_LABEL: "fail",
    }


def test_without_a_known_span_it_is_one_of_the_current_span(recorded: Recorded) -> None:
    with trace.get_tracer("test").start_as_current_span("nightly") as span:
        evaluate(questions(1), {"a": Says(1)})
    assert recorded.events[0].span_id == span.get_span_context().span_id


def test_a_failure_is_an_event_without_a_score(recorded: Recorded) -> None:
    evaluate(questions(1), {"a": Says(7)})
    (event,) = recorded.events
    assert event.attributes[attributes.ERROR_TYPE] == "invalid_score"
    assert not {attributes.EVALUATION_SCORE, attributes.EVALUATION_LABEL} & set(event.attributes)


def test_what_has_nothing_to_judge_is_no_event(recorded: Recorded) -> None:
    run = evaluate(questions(1), {"a": Says(None)})
    assert values(list(run.scores)) == [None]
    assert not recorded.events


def test_what_an_evaluator_spends_is_the_feature_evaluation(recorded: Recorded) -> None:
    class Judge:
        async def evaluate(self, case: Case) -> float:
            with spansight.stage(f"judge {case.id}"):
                return 1.0

    class Computes:
        def evaluate(self, case: Case) -> float:
            with spansight.stage(f"compute {case.id}"):
                return 1.0

    with spansight.context(feature="qa"):
        evaluate(questions(1), {"a": Judge(), "b": Computes()})
    assert {
        (span.name, (span.attributes or {})[attributes.FEATURE]) for span in recorded.spans
    } == {("judge 1", "evaluation"), ("compute 1", "evaluation")}
    assert {event.attributes[attributes.FEATURE] for event in recorded.events} == {"qa"}


@pytest.mark.parametrize("error", [ValueError("bad"), KeyError("k"), asyncio.CancelledError()])
def test_a_failing_evaluator_is_a_recorded_failure(error: BaseException) -> None:
    class Fails:
        async def evaluate(self, case: Case) -> float:
            if case.id == "2":
                raise error
            return 1.0

    run = evaluate(questions(3), {"a": Fails()}, limits=SOON)
    assert values(list(run.scores)) == [1.0, type(error).__name__, 1.0]
    assert run.mean("a") == 1.0


def test_a_plain_evaluator_that_fails_is_one_too() -> None:
    @dataclass
    class Divides:
        by: int

        def evaluate(self, case: Case) -> float:
            return len(case.question) / self.by

    (failed,) = evaluate(questions(1), {"a": Divides(0)}).failures
    assert (failed.error_type, failed.reason) == ("ZeroDivisionError", "division by zero")


def test_lost_connections_are_tried_again_and_mistakes_are_not() -> None:
    lost = Asked(failures=[ConnectionError("gone"), TimeoutError("late")])
    wrong = Asked(failures=[ValueError("no")])
    run = evaluate(questions(1), {"lost": lost, "wrong": wrong}, limits=SOON)
    assert values(list(run.scores)) == [1.0, "ValueError"]
    assert (lost.calls["1"], wrong.calls["1"]) == (3, 1)


def test_retries_end() -> None:
    down = Asked(failures=[ConnectionError("gone")] * 9)
    run = evaluate(questions(1), {"a": down}, limits=SOON)
    assert values(list(run.scores)) == ["ConnectionError"]
    assert down.calls["1"] == 1 + SOON.retries


def test_what_answers_too_late_has_not_answered() -> None:
    release = threading.Event()

    class Hangs:
        def evaluate(self, case: Case) -> bool:
            return release.wait(60) and bool(case)

    late = Limits(timeout_s=0.02, retries=0)
    run = evaluate(questions(1), {"asked": Asked(seconds=60), "plain": Hangs()}, limits=late)
    release.set()
    assert values(list(run.scores)) == ["TimeoutError", "TimeoutError"]
    assert run.scores[0].reason == "no answer within 0.02 s"


def test_those_that_hang_do_not_hold_up_the_others() -> None:
    release = threading.Event()

    class HangsAtFirst:
        def evaluate(self, case: Case) -> bool:
            return int(case.id) > 4 or release.wait(60)

    few = Limits(timeout_s=0.2, retries=0, concurrency=2)
    run = evaluate(questions(8), {"a": HangsAtFirst()}, limits=few)
    release.set()
    assert values(list(run.scores)) == ["TimeoutError"] * 4 + [1.0] * 4


def test_one_that_hangs_does_not_keep_the_process() -> None:
    program = """
import time
from spansight.evals import Dataset, Limits, evaluate
class Hangs:
    def evaluate(self, case):
        time.sleep(600)
soon = Limits(timeout_s=0.1, retries=0)
run = evaluate(Dataset.of([{"question": "q"}]), {"a": Hangs()}, limits=soon)
print(run.failures[0].error_type)
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("TimeoutError\n", "")


def test_no_more_are_at_work_than_allowed() -> None:
    judge = Asked(seconds=0.002)
    evaluate(questions(20), {"a": judge}, limits=Limits(concurrency=3))
    assert judge.most == 3


def test_askers_wait_for_their_turn_and_the_rest_do_not() -> None:
    times: list[float] = []

    class Judge:
        async def evaluate(self, case: Case) -> bool:
            times.append(asyncio.get_running_loop().time())
            return bool(case)

    began = time.monotonic()
    evaluate(questions(4), {"a": Judge(), "b": Says(1)}, limits=Limits(per_second=100))
    assert len(times) == 4
    assert max(times) - began >= 3 / 100


def test_after_the_cap_nobody_is_asked_and_the_rest_goes_on() -> None:
    judge = Asked(priced(0.4))
    one = Limits(concurrency=1, spend_usd=1.0)
    run = evaluate(questions(5), {"judge": judge, "plain": Says(1)}, limits=one)
    assert sum(judge.calls.values()) == 3
    assert [score.value for score in run.scores if score.name == "plain"] == [1.0] * 5
    assert {score.error_type for score in run.failures} == {"spend_cap"}
    assert len(run.failures) == 2
    assert run.cost_usd == pytest.approx(1.2)


def test_who_would_end_the_process_ends_nothing() -> None:
    class Leaves:
        def evaluate(self, case: Case) -> bool:
            sys.exit(f"no licence for {case.id}")

    class LeavesLater:
        async def evaluate(self, case: Case) -> bool:
            raise SystemExit(bool(case))

    evaluators = {"plain": Leaves(), "later": LeavesLater(), "other": Says(1)}
    run = evaluate(questions(2), evaluators, target=lambda question: question)
    assert run.mean("other") == 1.0
    assert {(score.name, score.error_type) for score in run.failures} == {
        ("plain", "ExitError"),
        ("later", "ExitError"),
    }
    assert "sys.exit('no licence for " in run.failures[0].reason


def test_a_cap_is_reached_although_cents_are_no_binary_numbers() -> None:
    judge = Asked(priced(0.01))  # ten of them add up to 0.09999999999999999
    run = evaluate(questions(12), {"judge": judge}, limits=Limits(concurrency=1, spend_usd=0.1))
    assert (sum(judge.calls.values()), len(run.failures)) == (10, 2)


def test_progress_is_told_after_each_score() -> None:
    told: list[tuple[int, int]] = []
    evaluate(
        questions(3), {"a": Says(1)}, progress=lambda done, total, _: told.append((done, total))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_it_runs_where_a_loop_runs_already() -> None:
    async def notebook() -> list[float | None]:
        awaited = await evaluating(questions(1), {"a": Says(1)})
        return [evaluate(questions(1), {"a": Says(1)}).mean("a"), awaited.mean("a")]

    assert asyncio.run(notebook()) == [1.0, 1.0]


def test_no_evaluator_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match="no evaluators; expected at least one"):
        evaluate(questions(1), {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"concurrency": 0},
        {"concurrency": 1001},
        {"timeout_s": 0},
        {"per_second": -1},
        {"retries": -1},
        {"backoff_s": -1},
    ],
)
def test_a_wrong_limit_is_named(wrong: dict[str, Any]) -> None:
    (name, value) = next(iter(wrong.items()))
    with pytest.raises(ConfigError, match=f"{name}={value}: expected "):
        Limits(**wrong)
