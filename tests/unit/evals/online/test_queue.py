"""The queue before the evaluators: it holds nobody up, sheds what is too much, and counts that."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span
from opentelemetry.trace import TracerProvider as AnyProvider

from spansight.conventions import attributes, labels
from spansight.errors import ConfigError
from spansight.evals import Case, Evaluator, online
from spansight.evals.checks import NotEmpty
from spansight.evals.online.queue import Online
from spansight.telemetry.records import answers
from spansight.telemetry.records.answers import ledger
from spansight.telemetry.records.content import HeardCalls
from support.recording import Recorded


@dataclass(slots=True)
class Gate:
    """Judges when it is let."""

    opened: threading.Event = field(default_factory=threading.Event)
    seen: list[str] = field(default_factory=list[str])

    def evaluate(self, case: Case) -> bool:
        self.opened.wait(10)
        self.seen.append(case.id)
        return True


@pytest.fixture(autouse=True)
def listening(recorded: Recorded) -> Iterator[None]:
    """Hear every call of the recorded provider, and nothing of other tests."""
    del recorded
    provider: AnyProvider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.add_span_processor(HeardCalls())
    ledger.forget()
    yield
    answers.listen(None)
    ledger.forget()


def call(text: str | None = "Fine.", **said: str | bool) -> Span:
    """End one call that said this."""
    span = trace.get_tracer("test").start_span(
        "chat m", attributes={attributes.OPERATION_NAME: attributes.CHAT, **said}
    )
    if text is not None:
        message = {"role": "assistant", "parts": [{"type": "text", "content": text}]}
        answers.keep(span.get_span_context(), {attributes.OUTPUT_MESSAGES: [message]})
    span.end()
    return span


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def start(waiting: int = 1000, **evaluators: Evaluator) -> Online:
    judging = Online(evaluators, waiting=waiting)
    answers.listen(judging.listener)
    return judging


def test_every_answer_is_judged_in_the_order_of_the_calls(recorded: Recorded) -> None:
    judging = start(not_empty=NotEmpty())
    spans = [call(), call(""), call(None)]
    judging.finish(10)
    told = [(one.span_id, one.attributes[attributes.EVALUATION_SCORE]) for one in recorded.events]
    ids = [span.get_span_context().span_id for span in spans]
    assert told == [(ids[0], 1.0), (ids[1], 0.0)]
    assert (ledger.ended, ledger.delivered, ledger.dropped) == (3, 3, {})


def test_more_than_may_wait_is_shed_and_counted() -> None:
    gate = Gate()
    judging = start(waiting=2, gate=gate)
    call()
    until(lambda: judging._calls.qsize() == 0)  # pyright: ignore[reportPrivateUsage] - the first is under way
    for _ in range(5):
        call()
    gate.opened.set()
    judging.finish(10)
    assert len(gate.seen) == 3
    assert (ledger.ended, ledger.delivered, ledger.dropped) == (6, 3, {labels.QUEUE_FULL: 3})


def test_what_is_left_when_time_is_up_is_late(recorded: Recorded) -> None:
    gate = Gate()
    judging = start(gate=gate)
    call()
    until(lambda: judging._calls.qsize() == 0)  # pyright: ignore[reportPrivateUsage] - the first is under way
    call()
    call()
    started = time.monotonic()
    judging.finish(0.05)
    assert time.monotonic() - started < 5
    assert ledger.dropped == {labels.LATE: 2}
    gate.opened.set()
    # The one under way is told yet, and must not be told in the middle of another test.
    until(lambda: len(recorded.events) == 1)


def test_calls_that_are_no_answers_of_the_application_are_not_judged() -> None:
    judging = start(not_empty=NotEmpty())
    call(None, **{attributes.NESTED: True})
    call(None, **{attributes.UNFINISHED: True})
    call(None, **{attributes.FEATURE: labels.JUDGING})
    trace.get_tracer("test").start_span("no call").end()
    judging.finish(10)
    assert ledger.ended == 0


def test_a_share_of_traces_is_judged_whole() -> None:
    judging = Online({"not_empty": NotEmpty()}, share=0.3)
    answers.listen(judging.listener)
    heard: dict[int, list[bool]] = {}
    for _ in range(300):
        with trace.get_tracer("test").start_as_current_span("request") as request:
            for _ in range(2):
                before = ledger.ended
                call()
                chosen = heard.setdefault(request.get_span_context().trace_id, [])
                chosen.append(ledger.ended > before)
    judging.finish(10)
    assert all(len(set(chosen)) == 1 for chosen in heard.values())
    assert 0.2 < sum(chosen[0] for chosen in heard.values()) / 300 < 0.4


def test_a_forked_child_leaves_its_parent_s_calls_alone() -> None:
    gate = Gate()
    start(gate=gate)
    call()
    call()
    answers.after_fork()
    assert (ledger.ended, ledger.missing) == (0, 0)
    answers.finish()
    gate.opened.set()


@dataclass(slots=True)
class Loads:
    """Needs something before it can judge."""

    loaded: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None

    def prepare(self) -> None:
        self.loaded.wait(10)
        if self.error:
            raise self.error

    def evaluate(self, case: Case) -> bool:
        assert self.loaded.is_set()
        return case.answer is not None


def names(recorded: Recorded) -> list[str]:
    return [one.attributes[attributes.EVALUATION_NAME] for one in recorded.events]


def test_an_evaluator_is_prepared_before_the_first_answer(recorded: Recorded) -> None:
    loads = Loads()
    judging = start(loads=loads)
    call()
    loads.loaded.set()
    judging.finish(10)
    assert names(recorded) == ["loads"]
    assert ledger.dropped == {}


def test_who_is_not_ready_at_the_end_is_done_without(recorded: Recorded) -> None:
    loads = Loads()
    judging = start(loads=loads, not_empty=NotEmpty())
    call()
    judging.finish(0.2)
    assert names(recorded) == ["not_empty"]
    assert ledger.dropped == {labels.LATE: 1}
    loads.loaded.set()


def test_who_cannot_be_prepared_is_one_line_and_the_others_go_on(
    recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    loads = Loads(error=OSError("no such model"))
    loads.loaded.set()
    judging = start(unloadable=loads, not_empty=NotEmpty())
    call()
    judging.finish(10)
    assert names(recorded) == ["not_empty"]
    expected = "spansight: evaluator 'unloadable': OSError('no such model'); not evaluated\n"
    assert capsys.readouterr().err == expected


def test_answers_of_elsewhere_are_judged_by_the_same_evaluators(recorded: Recorded) -> None:
    about = online.Observed(
        Case(id="1", question="?", answer="Fine.", trace_id="a" * 32, span_id="b" * 16),
        {attributes.TEAM: "support", attributes.VARIANT: "casual"},
    )
    (score,) = online.judge_answers([about], {"not_empty": NotEmpty()})
    assert score.value == 1.0
    (event,) = recorded.events
    assert (event.trace_id, event.span_id) == (int("a" * 32, 16), int("b" * 16, 16))
    assert event.attributes[attributes.TEAM] == "support"
    assert event.attributes[attributes.VARIANT] == "casual"


def test_an_evaluator_may_ask_somebody(recorded: Recorded) -> None:
    class Asks:
        async def evaluate(self, case: Case) -> float:
            return 0.5 if case.answer else 0.0

    judging = start(asks=Asks())
    call()
    judging.finish(10)
    assert [one.attributes[attributes.EVALUATION_SCORE] for one in recorded.events] == [0.5]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"evaluators": {}}, "no evaluators; expected at least one"),
        ({"evaluators": "usual", "share": 1.5}, "share=1.5: expected a number from 0 to 1"),
        ({"evaluators": "usual", "waiting": 0}, "waiting=0: expected a number above 0"),
    ],
)
def test_a_wrong_start_is_one_clear_error(given: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        online.start(**given)  # pyright: ignore[reportArgumentType] - on purpose
    assert not answers.are_heard()
