"""A target is asked each question: what it may reply, what is recorded, what is asked again."""

import asyncio
import re
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from spansight.conventions import attributes
from spansight.demo.provider import Provider
from spansight.demo.wire import Request
from spansight.errors import ConfigError
from spansight.evals import Case, Dataset, Limits, Run, evaluate
from spansight.evals.targets import Function, Model
from support.judges import Says
from support.recording import Recorded

GOLDEN = Dataset.of([{"question": f"q{n}", "ground_truth": f"t{n}"} for n in range(3)])
SOON = Limits(timeout_s=5, backoff_s=0.001)


def answers(run: Run) -> list[str | None]:
    return [run.answers[case.id].answer for case in GOLDEN.cases if case.id in run.answers]


def errors(run: Run) -> dict[str, str | None]:
    return {score.case: score.error_type for score in run.failures}


class Same:
    """Passes what repeats its question."""

    def evaluate(self, case: Case) -> bool:
        return case.answer == f"answer to {case.question}"


def repeat(question: str) -> str:
    return f"answer to {question}"


async def repeat_later(question: str) -> str:
    await asyncio.sleep(0)
    return repeat(question)


class App:
    """A target that wants to see the whole case."""

    def answer(self, case: Case) -> dict[str, object]:
        return {"answer": repeat(case.question), "contexts": [str(case.ground_truth)]}


@pytest.mark.parametrize("target", [repeat, repeat_later, App(), partial(repeat)])
def test_whatever_answers_is_a_target(target: Any) -> None:  # noqa: ANN401 - functions and objects
    run = evaluate(GOLDEN, {"same": Same()}, target=target)
    assert answers(run) == ["answer to q0", "answer to q1", "answer to q2"]
    assert (run.mean("same"), run.missing) == (1.0, 0)


def test_a_reply_may_tell_more() -> None:
    def reply(question: str) -> dict[str, object]:
        told = {"contexts": ["c"], "retrieved": ["d1"], "output_tokens": 3, "latency_s": 7.5}
        return {"answer": question, "cost_usd": 0.25, "response_id": "r", **told}

    run = evaluate(GOLDEN, {"a": Says(1)}, target=reply)
    case = run.answers["1"]
    assert (case.contexts, case.retrieved, case.output_tokens) == (("c",), ("d1",), 3)
    assert (case.latency_s, case.response_id, case.ground_truth) == (7.5, "r", "t0")
    assert run.cost_usd == 0.75
    plain = evaluate(GOLDEN, {"a": Says(1)}, target=repeat).answers["1"]
    assert 0 <= (plain.latency_s or -1) < 5


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ({"contexts": []}, "no `answer`; expected a text"),
        ({"answer": 7}, "answer=7; expected a text"),
        ({"answer": "a", "contexts": "c"}, "contexts='c'; expected a list of texts"),
        ({"answer": "a", "question": "other"}, "field 'question'; expected one of answer, "),
        ({"answer": "a", "cost_usd": float("nan")}, "cost_usd=nan; expected dollars"),
    ],
)
def test_a_wrong_reply_is_a_recorded_failure(reply: dict[str, object], said: str) -> None:
    run = evaluate(GOLDEN, {"a": Says(1)}, target=lambda _: reply)
    assert errors(run) == dict.fromkeys(["1", "2", "3"], "ConfigError")
    assert run.failures[0].reason.startswith(f"reply of the target: {said}")
    assert (run.mean("a"), run.missing) == (None, 0)


def test_a_target_is_tried_again_late_and_too_dear_like_a_judge() -> None:
    asked: Counter[str] = Counter()

    async def troubled(question: str) -> dict[str, object]:
        asked[question] += 1
        if question == "q0" and asked[question] == 1:
            raise ConnectionError("gone")
        if question == "q1":
            await asyncio.sleep(60)
        return {"answer": question, "cost_usd": 1.0}

    limits = Limits(timeout_s=0.05, retries=1, backoff_s=0.001, concurrency=1, spend_usd=1.0)
    run = evaluate(GOLDEN, {"a": Says(1)}, target=troubled, limits=limits)
    assert asked == {"q0": 2}
    assert errors(run) == {"2": "spend_cap", "3": "spend_cap"}
    free = Limits(timeout_s=0.05, retries=1, backoff_s=0.001)
    assert errors(evaluate(GOLDEN, {"a": Says(1)}, target=troubled, limits=free)) == {
        "2": "TimeoutError"
    }


def test_a_run_goes_on_where_it_was_and_asks_only_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    asked: Counter[str] = Counter()
    failing = {"q2"}

    def answer(question: str) -> str:
        asked[question] += 1
        if question in failing:
            raise ValueError(question)
        return question

    def interrupt(done: int, *_: object) -> None:
        if done == 2:
            raise KeyboardInterrupt

    one = Limits(concurrency=1)
    with pytest.raises(KeyboardInterrupt):
        evaluate(GOLDEN, {"a": Says(1)}, target=answer, file=file, limits=one, progress=interrupt)
    assert Run.read(file).missing == 4
    second = evaluate(GOLDEN, {"a": Says(1)}, target=answer, file=file, limits=one)
    assert (asked, errors(second)) == ({"q0": 1, "q1": 1, "q2": 1}, {"3": "ValueError"})
    failing.clear()
    third = evaluate(GOLDEN, {"a": Says(1)}, target=answer, file=file)
    assert (asked["q0"], asked["q2"], third.failures, third.missing) == (1, 2, [], 0)
    assert Run.read(file).answers == third.answers


def test_another_target_does_not_go_on_with_a_run(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    evaluate(GOLDEN, {"a": Says(1)}, target=repeat, file=file)
    with pytest.raises(ConfigError, match="a run of another target"):
        evaluate(GOLDEN, {"a": Says(1)}, target=repeat_later, file=file)


def test_what_was_spent_before_counts_when_a_run_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    cap = Limits(concurrency=1, spend_usd=2.0)

    def dear(question: str) -> dict[str, object]:
        return {"answer": question, "cost_usd": 1.0}

    for _ in range(2):
        run = evaluate(GOLDEN, {"a": Says(1)}, target=dear, file=file, limits=cap)
        assert (run.cost_usd, errors(run)) == (2.0, {"3": "spend_cap"})


def test_answers_are_spans_and_scores_are_events_of_them(recorded: Recorded) -> None:
    evaluate(GOLDEN, {"a": Says(1)}, target=repeat)
    spans = {span.context.span_id for span in recorded.spans if span.context}
    assert len(spans) == 3
    assert {event.span_id for event in recorded.events} == spans
    assert {str((span.attributes or {})[attributes.FEATURE]) for span in recorded.spans} == {
        "evaluation"
    }


def test_a_written_run_is_read_as_it_was(tmp_path: Path) -> None:
    run = evaluate(GOLDEN, {"a": Says("kind")}, target=repeat)
    run.write(tmp_path / "baselines" / "run.jsonl")
    read = Run.read(tmp_path / "baselines" / "run.jsonl")
    assert read == run
    assert [one.name for one in (tmp_path / "baselines").iterdir()] == ["run.jsonl"]


def test_the_name_of_what_answers_is_taken() -> None:
    with pytest.raises(ConfigError, match="evaluator 'answer': expected another name"):
        evaluate(GOLDEN, {"answer": Says(1)})


def test_a_target_is_known_by_its_name() -> None:
    assert repr(Function(repeat)) == f"{__name__}:repeat"
    assert repr(Function(partial(repeat))) == f"{__name__}:repeat"
    assert repr(Model("m", "a long prompt")) != repr(Model("m", "another prompt"))
    assert repr(Model("m")) == "m"
    assert re.fullmatch(
        r"m, prompt \w{12}, temperature 0.2", repr(Model("m", "a long prompt", 0.2))
    )


def echo(request: Request) -> str:
    return "/".join(str(message["content"]) for message in request.messages)


@pytest.mark.parametrize(
    ("scenario", "kinds", "times"),
    [
        ("ok", {}, 1),
        ("rate_limit", {"1": "ConnectionError"}, 1 + SOON.retries),
        ("garbled", {"1": "ValueError"}, 1),
    ],
)
def test_a_model_is_asked_with_its_prompt(
    monkeypatch: pytest.MonkeyPatch, scenario: str, kinds: dict[str, str], times: int
) -> None:
    asked = Dataset.of([{"question": "How much?", "contexts": ["7 won.", "{8} won."]}])
    with Provider(echo) as provider:
        monkeypatch.setenv("OPENAI_BASE_URL", provider.url(scenario))
        monkeypatch.setenv("OPENAI_API_KEY", "unused")
        target = Model("gpt-4o", 'As JSON: {"a": 1}\n{contexts}')
        run = evaluate(asked, {"a": Says(1)}, target=target, limits=SOON)
    assert errors(run) == kinds
    assert len(provider.calls) == times
    if kinds:
        return
    case = run.answers["1"]
    assert case.answer == 'As JSON: {"a": 1}\n7 won.\n{8} won./How much?'
    assert (case.input_tokens, case.finish_reason) == (provider.calls[0].input_tokens, "stop")
