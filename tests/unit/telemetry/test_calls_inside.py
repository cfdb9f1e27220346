"""Calls inside calls: each is counted once, and where it was made."""

from collections.abc import Iterator
from typing import Any

from opentelemetry import trace

import spansight
from spansight.conventions import attributes
from support.local_model import ANSWER, CALL, plain
from support.recording import Recorded


def test_a_call_inside_is_the_call_and_the_function_a_step(recorded: Recorded) -> None:
    @spansight.trace_llm_call("local-1", feature="rag")
    def outer() -> dict[str, Any]:
        return plain()

    outer()
    inner, step = recorded.spans
    assert (inner.name, step.name) == (CALL, "outer")
    assert inner.parent == step.context
    assert (inner.attributes or {})["spansight.feature"] == "rag"
    assert dict(step.attributes or {}) == {
        "spansight.team": "core",
        "spansight.feature": "rag",
        "spansight.stage": "outer",
        "gen_ai.request.model": "local-1",
    }


def test_a_function_inside_an_instrumented_call_is_a_step_of_it(recorded: Recorded) -> None:
    said = {attributes.OPERATION_NAME: "chat"}
    with trace.get_tracer("framework").start_as_current_span("chat x", attributes=said):
        plain()
    assert attributes.OPERATION_NAME not in recorded.attributes("plain")
    assert attributes.INPUT_TOKENS not in recorded.attributes("plain")


def test_two_calls_inside_are_two_calls(recorded: Recorded) -> None:
    @spansight.trace_llm_call("local-1")
    def outer() -> Iterator[Any]:
        yield plain()
        yield plain()

    assert list(outer()) == [ANSWER, ANSWER]
    assert [span.name for span in recorded.spans] == [CALL, CALL, "outer"]


def test_a_function_that_calls_itself_is_as_many_calls_as_it_ends_in(recorded: Recorded) -> None:
    @spansight.trace_llm_call("local-1")
    def ask(attempts: int) -> dict[str, Any]:
        return ask(attempts - 1) if attempts else ANSWER

    assert ask(2) is ANSWER
    assert [span.name for span in recorded.spans] == [CALL, "ask", "ask"]
    tokens = [attributes.INPUT_TOKENS in (span.attributes or {}) for span in recorded.spans]
    assert tokens == [True, False, False]
