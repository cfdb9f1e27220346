"""Agents, their tools and the calls between them."""

import asyncio
from typing import Any

import pytest
from opentelemetry import trace

from spansight import rag
from spansight.conventions import attributes
from support.recording import Recorded
from support.trees import outline

TREE = """\
invoke_workflow support
  invoke_agent planner
    llm_generation
    execute_tool sql
    invoke_agent writer
      llm_generation
      execute_tool spell
"""


def call() -> None:
    with rag.generation(model="m", provider="ollama"):
        pass


def use(name: str, outcome: str) -> None:
    with rag.tool(name) as tool:
        if outcome == "fails":
            tool.failed("timeout", "no answer")


def told(recorded: Recorded, name: str) -> dict[str, Any]:
    prefix = ("spansight.agent.", "spansight.tool.", "error.", "gen_ai.agent.name")
    return {k: v for k, v in recorded.attributes(name).items() if k.startswith(prefix)}


def test_agent_tool_and_call_are_one_tree(recorded: Recorded) -> None:
    with rag.workflow("support"), rag.agent("planner"):
        call()
        with rag.tool("sql"):
            pass
        with rag.agent("writer"):
            call()
            with rag.tool("spell"):
                pass
    assert outline(recorded.spans) == TREE
    assert told(recorded, "execute_tool sql") == {"gen_ai.agent.name": "planner"}
    assert told(recorded, "execute_tool spell") == {"gen_ai.agent.name": "writer"}
    assert told(recorded, "invoke_agent writer") == {
        "gen_ai.agent.name": "writer",
        "spansight.agent.iterations": 1,
        "spansight.agent.tool_calls": 1,
        "spansight.agent.retries": 0,
    }
    assert told(recorded, "invoke_agent planner") == {
        "gen_ai.agent.name": "planner",
        "spansight.agent.iterations": 2,
        "spansight.agent.tool_calls": 2,
        "spansight.agent.retries": 0,
    }


def test_names_and_operations_are_those_of_the_conventions(recorded: Recorded) -> None:
    with rag.workflow("w"), rag.agent("a", model="m"), rag.agent("b", remote=True):
        pass
    with rag.tool("t", call_id="c1", kind="function", description="looks up"):
        pass
    said = {
        (span.name, span.kind.name): {
            k: v for k, v in (span.attributes or {}).items() if k.startswith("gen_ai.")
        }
        for span in recorded.spans
    }
    assert said == {
        ("invoke_workflow w", "INTERNAL"): {
            "gen_ai.operation.name": "invoke_workflow",
            "gen_ai.workflow.name": "w",
        },
        ("invoke_agent a", "INTERNAL"): {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "a",
            "gen_ai.request.model": "m",
        },
        ("invoke_agent b", "CLIENT"): {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "b",
        },
        ("execute_tool t", "INTERNAL"): {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "t",
            "gen_ai.tool.call.id": "c1",
            "gen_ai.tool.type": "function",
            "gen_ai.tool.description": "looks up",
        },
    }


def test_a_tool_that_is_called_again_after_a_failure_is_a_retry(recorded: Recorded) -> None:
    with rag.agent("planner"):
        for outcome in ("fails", "fails", "works", "works"):
            use("sql", outcome)
        with rag.tool("mail"):
            pass
    attempts = [
        (span.attributes or {}).get(attributes.TOOL_ATTEMPT, 1)
        for span in recorded.spans
        if span.name == "execute_tool sql"
    ]
    assert attempts == [1, 2, 3, 1]
    assert told(recorded, "invoke_agent planner") == {
        "gen_ai.agent.name": "planner",
        "spansight.agent.iterations": 0,
        "spansight.agent.tool_calls": 5,
        "spansight.agent.retries": 2,
    }


def test_a_tool_fails_by_raising_or_by_saying_so(recorded: Recorded) -> None:
    with pytest.raises(OSError, match="gone"), rag.tool("raises"):
        raise OSError("gone")
    with rag.tool("says") as tool:
        tool.failed(message="no such table")
    failures = {span.name: span for span in recorded.spans}
    for name, kind, message in (
        ("execute_tool raises", "OSError", "OSError: gone"),
        ("execute_tool says", "tool_error", "no such table"),
    ):
        span = failures[name]
        assert (span.status.status_code.name, span.status.description) == ("ERROR", message)
        assert (span.attributes or {})["error.type"] == kind


def test_an_error_that_an_agent_does_not_catch_is_its_own_too(recorded: Recorded) -> None:
    with pytest.raises(KeyError), rag.agent("planner"), rag.tool("sql"):
        raise KeyError("x")
    assert told(recorded, "invoke_agent planner")["error.type"] == "KeyError"


def test_a_call_that_a_framework_tells_too_is_one_iteration(recorded: Recorded) -> None:
    tracer, said = trace.get_tracer("vendor"), {"gen_ai.operation.name": "chat"}
    with (
        rag.agent("planner"),
        tracer.start_as_current_span("framework", attributes=said),
        tracer.start_as_current_span("client", attributes=said),
    ):
        pass
    assert told(recorded, "invoke_agent planner")["spansight.agent.iterations"] == 1


def test_agents_of_two_tasks_know_their_own_tools(recorded: Recorded) -> None:
    @rag.tool("sql")
    async def query() -> None:
        await asyncio.sleep(0)

    @rag.agent("planner")
    async def plan(times: int) -> None:
        for _ in range(times):
            await query()

    async def both() -> None:
        await asyncio.gather(plan(1), plan(3))

    asyncio.run(both())
    counts = [
        (span.attributes or {})[attributes.AGENT_TOOL_CALLS]
        for span in recorded.spans
        if span.name == "invoke_agent planner"
    ]
    assert sorted(map(int, map(str, counts))) == [1, 3]
