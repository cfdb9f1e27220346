"""A judge that is asked, and what becomes of everything it can answer."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openai.types.chat import ChatCompletion

from spansight.conventions import attributes
from spansight.demo.wire import Request
from spansight.errors import ConfigError
from spansight.evals import Case, Dataset, Limits, Run, Score, evaluate, run_offline_eval
from spansight.evals.judge import Graded, Judge, Prompt, Used
from spansight.evals.judge.completions import is_completion
from spansight.evals.judge.rubrics import COMPLETENESS, RELEVANCE
from spansight.evals.judge.usage import cost
from spansight.evals.model import Evaluator
from support.canned import Canned
from support.recording import Recorded
from support.scripted import MODEL, grades, judged, priced, says

CASE = Case(id="1", question="How long do refunds take?", answer="7 days.")
ONE = Dataset("d", [CASE])
KEY = "sk-do-not-tell"


def outcome(evaluator: Evaluator, dataset: Dataset = ONE, limits: Limits | None = None) -> Score:
    (score,) = evaluate(dataset, {"it": evaluator}, limits=limits or Limits(retries=0)).scores
    return score


@pytest.fixture(autouse=True)
def _a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPANSIGHT_JUDGE_KEY", KEY)


@pytest.mark.parametrize(("grade", "value"), [(1, 0.0), (2, 0.25), (3, 0.5), (4, 0.75), (5, 1.0)])
def test_a_grade_is_a_score(grade: int, value: float) -> None:
    with judged(grades(grade)) as (judge, _):
        score = outcome(Graded(RELEVANCE, judge))
    assert (score.value, score.by) == (value, "judge")
    assert score.reason == f"{grade} of 5: so it seems"


def test_every_score_says_which_prompt_and_model_it_is_of(recorded: Recorded) -> None:
    with judged(grades(5)) as (judge, _):
        score = outcome(Graded(RELEVANCE, judge))
    expected = {
        attributes.JUDGE_MODEL: MODEL,
        attributes.PROMPT_NAME: "relevance",
        attributes.PROMPT_VERSION: RELEVANCE.version,
        attributes.PROMPT_HASH: RELEVANCE.hash,
    }
    assert score.about == expected
    (event,) = recorded.events
    assert expected.items() <= dict(event.attributes).items()
    assert event.attributes[attributes.EVALUATOR] == "judge"


def test_a_failure_says_it_too_and_what_it_had_cost(recorded: Recorded) -> None:
    with judged(says("perhaps", "perhaps"), "ignores_schema", price=priced) as (judge, provider):
        score = outcome(Graded(RELEVANCE, judge))
        tokens = sum(call.input_tokens + call.output_tokens for call in provider.calls)
    assert (score.error_type, score.by, score.value) == ("NonsenseError", "judge", None)
    assert score.about == RELEVANCE.about(MODEL)
    assert score.cost_usd == tokens > 0
    (event,) = recorded.events
    assert event.attributes[attributes.PROMPT_HASH] == RELEVANCE.hash


def test_a_file_keeps_what_judged(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    with judged(grades(5)) as (judge, _):
        run = evaluate(ONE, {"it": Graded(RELEVANCE, judge)}, file=file)
    assert Run.read(file).scores == run.scores
    assert f"Prompt(relevance {RELEVANCE.version} {RELEVANCE.hash})" in run.evaluators["it"]
    assert KEY not in file.read_text("utf-8")


def test_a_run_does_not_go_on_with_another_text(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    other = replace(RELEVANCE, text=f"{RELEVANCE.text}\nBe kind.")
    with judged(grades(5)) as (judge, _):
        evaluate(ONE, {"it": Graded(RELEVANCE, judge)}, file=file)
        with pytest.raises(ConfigError, match=r"a run with other evaluators.*Prompt\(relevance 1 "):
            evaluate(ONE, {"it": Graded(other, judge)}, file=file)


def test_an_answer_that_is_no_answer_is_asked_for_once_more() -> None:
    replies = ("I'd say four", '{"reason": "right", "grade": 4}')
    seen: list[Request] = []

    def reply(request: Request) -> str:
        seen.append(request)
        return replies[len(seen) - 1]

    with judged(reply, "ignores_schema") as (judge, _):
        score = outcome(Graded(RELEVANCE, judge))
    assert (score.value, len(seen)) == (0.75, 2)
    *_, before, again = seen[1].messages
    assert (before["role"], before["content"]) == ("assistant", "I'd say four")
    assert "no JSON object" in again["content"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("perhaps", "no JSON object"),
        ('{"reason": "x", "grade": 4', "no JSON: "),
        ('{"reason": "x", "grade": 6}', "$.grade: 6 is not one of"),
        ('{"reason": "x", "grade": "4"}', "$.grade: '4' is not of type 'integer'"),
        ('{"reason": "x", "grade": NaN}', "NaN: expected a number"),
        ('{"reason": "x", "grade": Infinity}', "Infinity: expected a number"),
        ('{"grade": 4}', "'reason' is a required property"),
        ("[4]", "no JSON object"),
        ("", "no JSON object"),
        ("{" * 5000, "no JSON"),
    ],
)
def test_nonsense_is_a_recorded_failure(said: str, why: str) -> None:
    with judged(says(said, said), "ignores_schema") as (judge, provider):
        score = outcome(Graded(RELEVANCE, judge))
        assert len(provider.calls) == 2
    assert (score.error_type, score.value) == ("NonsenseError", None)
    assert why in score.reason


@pytest.mark.parametrize(
    "said",
    [
        '```json\n{"reason": "x", "grade": 4}\n```',
        'Sure! {"reason": "it says {x}", "grade": 4} Anything else?',
        '<think>Is it {"grade": 1}?</think>{"reason": "x", "grade": 4}',
    ],
)
def test_what_stands_around_the_answer_does_no_harm(said: str) -> None:
    with judged(says(said), "ignores_schema") as (judge, _):
        assert outcome(Graded(RELEVANCE, judge)).value == 0.75


def test_an_endpoint_that_knows_no_schemas_is_asked_without_from_then_on() -> None:
    with judged(grades(4, 4), "rejects_schema") as (judge, provider):
        two = Dataset("d", [CASE, Case(id="2", question="q", answer="a")])
        run = evaluate(two, {"it": Graded(RELEVANCE, judge)}, limits=Limits(concurrency=1))
        assert [call.status for call in provider.calls] == [400, 200, 200]
    assert run.mean("it") == 0.75


@pytest.mark.parametrize(
    ("scenario", "reply", "error_type", "why"),
    [
        ("declined", says("no, I won't"), "RefusedError", "refuses: no, I won't"),
        ("ignores_schema", says("I'm sorry, I can't help."), "RefusedError", "refuses: I'm sorry"),
        ("rate_limit", grades(5), "RateLimitError", "answers 429 (rate_limit_exceeded)"),
        ("server_error", grades(5), "UnreachableError", "answers 500"),
        ("cut", grades(5), "UnreachableError", "does not answer (APIConnectionError)"),
        ("garbled", grades(5), "UnreachableError", "answers what is no chat completion; expec"),
        ("wrong_key", grades(5), "RejectedError", "answers 401 (invalid_api_key); expected an"),
    ],
)
def test_whatever_goes_wrong_is_a_recorded_failure(
    scenario: str, reply: Callable[[Request], str], error_type: str, why: str
) -> None:
    with judged(reply, scenario) as (judge, provider):
        score = outcome(Graded(RELEVANCE, judge))
        assert len(provider.calls) == 1
    assert (score.error_type, score.value, score.by) == (error_type, None, "judge")
    assert why in score.reason
    assert KEY not in score.reason


def test_a_web_page_in_place_of_an_answer_is_one_too() -> None:
    with Canned(chat_completions="<html>Welcome</html>") as site:
        score = outcome(Graded(RELEVANCE, Judge(model=MODEL, base_url=site.url, retries=0)))
    assert (score.error_type, score.by) == ("UnreachableError", "judge")
    assert score.reason.endswith("no chat completion; expected an address such as http://host/v1")


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ({"choices": []}, True),
        ({"choices": [{"message": {"content": "7 days."}}]}, True),
        ({"choices": [{"index": 0}]}, False),
        ({"choices": None}, False),
        ({"error": {"message": "quota"}}, False),
    ],
)
def test_a_completion_has_choices_with_messages(said: dict[str, Any], *, is_one: bool) -> None:
    made = ChatCompletion.construct(**said)
    assert is_completion(made) is is_one


def test_a_server_that_does_not_name_its_model_costs_what_nobody_knows() -> None:
    usage = {"prompt_tokens": 5, "completion_tokens": 2}
    nameless = ChatCompletion.construct(choices=[], usage=usage)
    assert cost(nameless, priced) == 0.0
    named = ChatCompletion.construct(choices=[], usage=usage, model=MODEL)
    assert cost(named, priced) == 7.0


def test_no_answer_in_time_is_one_too() -> None:
    with judged(grades(5), "timeout", timeout_s=0.2) as (judge, _):
        score = outcome(Graded(RELEVANCE, judge))
    assert (score.error_type, score.by) == ("LateError", "judge")
    assert score.reason.endswith("no answer within 0.2 s")


def test_nobody_there_is_named_without_the_password_of_the_address() -> None:
    judge = Judge(model="m", base_url="http://ann:secret@127.0.0.1:1/v1?key=k", retries=0)
    score = outcome(Graded(RELEVANCE, judge))
    assert score.error_type == "UnreachableError"
    assert score.reason.startswith("judge 'm' at http://127.0.0.1:1/v1: does not answer")


def test_a_429_is_waited_for_as_the_endpoint_asks() -> None:
    with judged(grades(5), "retried", retries=1) as (judge, provider):
        assert outcome(Graded(RELEVANCE, judge)).value == 1.0
        assert [call.status for call in provider.calls] == [429, 200]


def test_the_cap_holds_for_judges_and_for_what_failed() -> None:
    def dear(used: Used) -> float:
        return 0.4 if used.model == MODEL else 0.0

    nonsense = says(*["perhaps"] * 6)
    with judged(nonsense, "ignores_schema", price=dear) as (judge, provider):
        five = Dataset.of([{"question": f"q{n}", "answer": "a"} for n in range(5)])
        limits = Limits(concurrency=1, spend_usd=1.0, retries=0)
        run = evaluate(five, {"it": Graded(RELEVANCE, judge)}, limits=limits)
        assert len(provider.calls) == 4
    failed = [score.error_type for score in run.scores]
    assert failed == ["NonsenseError", "NonsenseError", "spend_cap", "spend_cap", "spend_cap"]
    assert run.cost_usd == pytest.approx(1.6)


def test_what_the_rubric_has_to_see_and_nobody_knows_is_not_judged() -> None:
    with judged(grades()) as (judge, provider):
        assert outcome(Graded(RELEVANCE, judge), Dataset.of([{"question": "q"}])).value is None
        assert not provider.calls


def test_the_right_answer_is_shown_where_it_is_known() -> None:
    seen: list[str] = []

    def reply(request: Request) -> str:
        seen.append(request.question)
        return '{"reason": "x", "grade": 5}'

    rows = [
        {"question": "q", "answer": "a", "ground_truth": "right"},
        {"question": "r", "answer": "b"},
    ]
    with judged(reply) as (judge, _):
        evaluate(
            Dataset.of(rows), {"it": Graded(COMPLETENESS, judge)}, limits=Limits(concurrency=1)
        )
    assert ["ground_truth" in text for text in seen] == [True, False]


def test_a_rubric_of_your_own_has_its_own_grades(tmp_path: Path) -> None:
    file = tmp_path / "tone.md"
    file.write_text(
        "name: tone\nversion: 2024-05\ngrades: 3\nshows: answer\n---\nIs it polite?\n", "utf-8"
    )
    with judged(grades(2)) as (judge, _):
        score = outcome(Graded.by(file, judge))
    assert score.value == 0.5
    assert score.about is not None
    assert score.about[attributes.PROMPT_NAME] == "tone"
    assert score.about[attributes.PROMPT_VERSION] == "2024-05"


@pytest.mark.parametrize(
    ("given", "asked", "value"),
    [((4, 2, 5), 3, 0.75), ((4, 4), 2, 0.75), ((1, 5, 3), 3, 0.5)],
)
def test_of_several_opinions_the_middle_one_holds(
    given: tuple[int, ...], asked: int, value: float
) -> None:
    """The third is not asked for where two of three say the same."""
    with judged(grades(*given)) as (judge, provider):
        score = outcome(Graded(RELEVANCE, judge, votes=3))
        assert len(provider.calls) == asked
    assert score.value == value
    assert score.reason.endswith(f"(votes: {', '.join(map(str, given))})")


def test_one_opinion_is_asked_for_without_chance_and_several_with_it() -> None:
    temperatures: list[float | None] = []

    def reply(request: Request) -> str:
        temperatures.append(request.body.get("temperature"))
        return '{"reason": "x", "grade": 5}'

    with judged(reply) as (judge, _):
        outcome(Graded(RELEVANCE, judge))
        outcome(Graded(RELEVANCE, judge, votes=3))
    assert temperatures == [0.0, None, None]


def test_the_daily_evaluation_takes_a_judge_s_word_for_it() -> None:
    rows = [{"question": "q", "answer": "a"}, {"question": "q", "answer": "b"}, {"question": "q"}]
    with judged(grades(5, 3)) as (judge, _):
        figures = run_offline_eval(rows, {"relevance": Graded(RELEVANCE, judge)})
    assert datetime.fromisoformat(str(figures.pop("timestamp"))).tzinfo is not None
    assert figures == {"relevance": 0.75}


def test_a_judge_also_answers_without_a_run() -> None:
    with judged(grades(5)) as (judge, _):
        verdict = asyncio.run(Graded(RELEVANCE, judge).evaluate(CASE))
    assert verdict is not None
    assert verdict.value == 1.0


@pytest.mark.parametrize("votes", [0, 2, -1])
def test_an_even_number_of_opinions_is_a_mistake(votes: int) -> None:
    with pytest.raises(ConfigError, match=f"votes={votes}: expected an odd number"):
        Graded(RELEVANCE, Judge(model="m"), votes)


@pytest.mark.parametrize(
    "wrong", [{"model": " "}, {"timeout_s": 0}, {"budget_tokens": 0}, {"retries": -1}]
)
def test_a_wrong_setting_is_named(wrong: dict[str, Any]) -> None:
    ((name, value),) = wrong.items()
    settings: dict[str, Any] = {"model": "m", **wrong}
    with pytest.raises(ConfigError, match=f"{name}={value!r}: expected "):
        Judge(**settings)


def test_the_schema_is_told_in_words_too() -> None:
    """Of an endpoint that knows none, the text is all there is to follow."""
    assert json.dumps(RELEVANCE.schema) in RELEVANCE.system
    assert isinstance(RELEVANCE, Prompt)


@pytest.mark.parametrize(
    ("environ", "sent"),
    [
        ({"SPANSIGHT_JUDGE_KEY": "own", "OPENAI_API_KEY": "app"}, "Bearer own"),
        ({"OPENAI_API_KEY": "app"}, "Bearer none"),
        ({"OPENAI_API_KEY": "app", "OPENAI_BASE_URL": "here"}, "Bearer app"),
    ],
)
def test_the_application_s_key_goes_to_the_application_s_address_only(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], sent: str
) -> None:
    judge = Judge(model="m", base_url="here")
    for name in ("SPANSIGHT_JUDGE_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    async def key() -> str:
        async with judge.client() as client:
            return client.auth_headers["Authorization"]

    assert asyncio.run(key()) == sent


def test_the_environment_says_which_model_judges_and_where() -> None:
    own = {"SPANSIGHT_JUDGE_MODEL": "m", "SPANSIGHT_JUDGE_URL": "there", "OPENAI_BASE_URL": "here"}
    assert Judge.from_env(own) == Judge(model="m", base_url="there")
    assert Judge.from_env({**own, "SPANSIGHT_JUDGE_URL": ""}) == Judge(model="m", base_url="here")
    with pytest.raises(ConfigError, match="SPANSIGHT_JUDGE_MODEL: unset; expected the name"):
        Judge.from_env({})


def test_no_key_for_openai_is_a_recorded_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPANSIGHT_JUDGE_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    score = outcome(Graded(RELEVANCE, Judge(model="m")))
    assert score.error_type == "ConfigError"
    assert score.reason.startswith("SPANSIGHT_JUDGE_KEY: unset, and so is OPENAI_API_KEY; expected")
