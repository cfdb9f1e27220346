"""Every answer of a real process is judged in it; with content off, none of it leaves."""

from collections import Counter
from typing import Final

import pytest

from spansight.conventions import attributes, events
from spansight.demo.provider import ANSWER, Provider
from support.otlp_sink import Event, Sink, Span
from support.processes import Finished, environment, python, run

USUAL: Final = {
    "not_empty": (1.0, None),
    "not_refused": (1.0, None),
    "not_cut_off": (1.0, "stop"),
    "within_tokens": (1.0, "20 tokens"),
    "length": (1.0, f"{len(ANSWER)} characters"),
}
"""What the provider's usual answer scores, but for its latency."""


def evaluated(
    provider: Provider, sink: Sink, *arguments: str, program: str = "answers.py", **environ: str
) -> Finished:
    values = {
        "PROVIDER": provider.root,
        "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
        "SPANSIGHT_ENABLED": "true",
    }
    return run(python(program, *arguments), environment(**values, **environ))


def judged(sink: Sink, span: Span) -> dict[str, Event]:
    """Return what was said of a span, by the name of the evaluation."""
    told = [one for one in sink.events if one.name == events.EVALUATION]
    about = [one for one in told if (one.trace_id, one.span_id) == (span.trace_id, span.span_id)]
    assert len({one.attributes[attributes.EVALUATION_NAME] for one in about}) == len(about)
    return {one.attributes[attributes.EVALUATION_NAME]: one for one in about}


@pytest.mark.parametrize("instrumentor", ["official", "openllmetry"])
@pytest.mark.parametrize("captures", ["false", "true"])
def test_each_answer_is_judged_and_its_content_stays(
    provider: Provider, sink: Sink, instrumentor: str, captures: str
) -> None:
    done = evaluated(
        provider,
        sink,
        SPANSIGHT_EVALUATE="usual, not_abusive",
        SPANSIGHT_INSTRUMENTOR=instrumentor,
        SPANSIGHT_CAPTURE_CONTENT=captures,
    )
    assert (done.code, done.errors) == (0, "")
    in_order = sorted(sink.spans, key=lambda span: span.started)
    whole, streamed, tool, failed, decorated, judging = in_order
    for span in (whole, streamed):
        about = judged(sink, span)
        assert about.keys() == {*USUAL, "within_latency", "not_abusive"}
        said = {k: (v.attributes[attributes.EVALUATION_SCORE], v.body) for k, v in about.items()}
        assert {k: said[k][0] for k in USUAL} == {k: score for k, (score, _) in USUAL.items()}
        assert said["length"] == USUAL["length"]
        assert float(str(said["within_latency"][1]).removesuffix(" s")) < 10
        marks = {
            attributes.TEAM: "support",
            attributes.FEATURE: "answers",
            attributes.EXPERIMENT: "tone",
            attributes.VARIANT: "casual",
            attributes.EVALUATOR: "heuristic",
        }
        assert all(marks.items() <= event.attributes.items() for event in about.values())
    assert "not_empty" not in judged(sink, tool)
    assert judged(sink, failed).keys() == {"within_latency"}
    assert judged(sink, decorated)["not_empty"].attributes[attributes.EVALUATION_SCORE] == 1.0
    assert judged(sink, judging) == {}
    for content in (b"a secret question", ANSWER.encode(), b"decorated answer"):
        assert (content in sink.raw) is (captures == "true"), content


def test_a_reason_that_quotes_the_answer_stays_unless_content_may_leave(
    provider: Provider, sink: Sink
) -> None:
    evaluated(provider, sink, SPANSIGHT_EVALUATE="faithfulness, matches=^[{]")
    told = [one for one in sink.events if one.name == events.EVALUATION]
    assert told
    assert {one.body for one in told} == {None}


def test_a_wrong_name_is_one_line_and_the_others_are_asked(provider: Provider, sink: Sink) -> None:
    done = evaluated(
        provider, sink, program="one.py", SPANSIGHT_EVALUATE="not_empty,politeness,language=fr"
    )
    first, second = done.errors.splitlines()
    assert first.startswith("spansight: SPANSIGHT_EVALUATE: 'politeness': expected one of usual, ")
    assert second.startswith("spansight: SPANSIGHT_EVALUATE: language='fr': expected en or ko")
    (span,) = sink.spans
    assert judged(sink, span).keys() == {"not_empty"}


def test_evaluators_are_started_from_python(provider: Provider, sink: Sink) -> None:
    """In a process whose instrumentors were told to leave content alone."""
    done = evaluated(provider, sink, "short")
    assert (done.code, done.errors) == (0, "")
    scores = Counter(
        one.attributes[attributes.EVALUATION_SCORE]
        for one in sink.events
        if one.name == events.EVALUATION
    )
    assert scores == {0.0: 3}
    assert ANSWER.encode() not in sink.raw


@pytest.mark.parametrize("method", ["os", "fork", "spawn", "forkserver"])
def test_children_judge_their_own_answers(provider: Provider, sink: Sink, method: str) -> None:
    done = evaluated(
        provider, sink, method, program="workers.py", SPANSIGHT_EVALUATE="not_empty,length"
    )
    assert (done.code, done.errors) == (0, "")
    for span in sink.spans:
        assert judged(sink, span).keys() == {"not_empty", "length"}


def test_an_evaluator_that_breaks_is_a_recorded_failure_and_one_line(
    provider: Provider, sink: Sink
) -> None:
    done = evaluated(provider, sink, "broken")
    assert done.code == 0
    assert done.errors == (
        "spansight: evaluator 'broken' raised KeyError; "
        "recorded as a failure, the application goes on\n"
    )
    whole = judged(sink, sink.spans[0])
    assert whole["broken"].attributes[attributes.ERROR_TYPE] == "KeyError"
    assert whole["broken"].body is None
    assert whole["fine"].attributes[attributes.EVALUATION_SCORE] == 1.0


def test_a_share_of_0_judges_nothing(provider: Provider, sink: Sink) -> None:
    evaluated(provider, sink, SPANSIGHT_EVALUATE="usual", SPANSIGHT_EVALUATE_SHARE="0")
    assert len(sink.spans) == 6
    assert not any(judged(sink, span) for span in sink.spans)


def test_an_evaluator_that_hangs_holds_up_neither_the_calls_nor_the_end(
    provider: Provider, sink: Sink
) -> None:
    done = evaluated(provider, sink, "slow")
    assert (done.code, done.errors) == (0, "")
    assert len(sink.spans) == 6
    assert done.seconds < 20
