"""Agents, their tools, and the workflows they are part of, as the conventions name them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Self

from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes
from spansight.rag.step import Step
from spansight.telemetry.guard import Guard
from spansight.telemetry.scopes.traced import Traced


def workflow(name: str) -> Step:
    """Trace several agents or steps that work together, as the span `invoke_workflow NAME`."""
    operation = attributes.INVOKE_WORKFLOW
    said = {attributes.OPERATION_NAME: operation, attributes.WORKFLOW_NAME: name}
    return Step(f"{operation} {name}", said)


def agent(name: str, *, model: str | None = None, remote: bool = False) -> "Agent":
    """Trace an agent as the span `invoke_agent NAME`, which counts its calls, tools and retries.

    A remote one is hosted elsewhere and only asked from here.
    """
    return Agent(name, model=model, kind=SpanKind.CLIENT if remote else SpanKind.INTERNAL)


def tool(
    name: str,
    *,
    arguments: Mapping[str, object] | None = None,
    call_id: str | None = None,
    kind: str | None = None,
    description: str | None = None,
) -> "Tool":
    """Trace a tool that an agent or a model calls, as the span `execute_tool NAME`.

    Its kind is `function`, `extension` or `datastore`, its `call_id` the model's id of the call.
    Arguments and result are content: they leave the process only as an event, when switched on.
    It fails where it raises, or by `failed`.
    """
    said = {
        attributes.TOOL_CALL_ID: call_id,
        attributes.TOOL_TYPE: kind,
        attributes.TOOL_DESCRIPTION: description,
    }
    return Tool(name, said, arguments)


class Agent(Step):
    """An agent; it counts the calls to models and the tools inside it, its own agents' too."""

    def __init__(self, name: str, *, model: str | None, kind: SpanKind) -> None:
        """Prepare a span of the agent; `agent` is the way to make one."""
        said = {
            attributes.OPERATION_NAME: attributes.INVOKE_AGENT,
            attributes.AGENT_NAME: name,
            attributes.REQUEST_MODEL: model,
        }
        super().__init__(f"{attributes.INVOKE_AGENT} {name}", said, kind=kind)
        self.agent: Final = name
        self._tool_calls = self._retries = 0
        self._failures: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._tool_calls = self._retries = 0
        self._failures = {}
        return super().__enter__()

    def begins(self, tool: str) -> int:
        """Count a tool; return which attempt at it this is since it last succeeded."""
        attempt = self._failures.get(tool, 0) + 1
        self._tool_calls += 1
        self._retries += attempt > 1
        return attempt

    def ends(self, tool: str, *, failed: bool) -> None:
        """Remember whether a tool failed."""
        self._failures[tool] = self._failures.get(tool, 0) + 1 if failed else 0

    def _ending(self, error: BaseException | None) -> Mapping[str, AttributeValue]:
        return {
            **super()._ending(error),
            attributes.AGENT_ITERATIONS: self.calls,
            attributes.AGENT_TOOL_CALLS: self._tool_calls,
            attributes.AGENT_RETRIES: self._retries,
        }


class Tool(Step):
    """One execution of a tool."""

    def __init__(
        self,
        name: str,
        said: Mapping[str, AttributeValue | None],
        arguments: Mapping[str, object] | None,
    ) -> None:
        """Prepare a span of the tool; `tool` is the way to make one."""
        operation = attributes.EXECUTE_TOOL
        named = {attributes.OPERATION_NAME: operation, attributes.TOOL_NAME: name}
        content = {attributes.TOOL_CALL_ARGUMENTS: arguments}
        super().__init__(f"{operation} {name}", {**named, **said}, content=content)
        self.tool: Final = name
        self._failed = False

    def __enter__(self) -> Self:
        self._failed = False
        return super().__enter__()

    def result(self, value: object) -> None:
        """Keep what the tool returned, as content."""
        self._keep(attributes.TOOL_CALL_RESULT, value)

    def failed(self, error_type: str = "tool_error", message: str | None = None) -> None:
        """Tell that the tool failed without raising: it answered with an error."""
        with Guard("failure of a tool"):
            self._failed = True
            self._span.set_attribute(attributes.ERROR_TYPE, error_type)
            self._span.set_status(StatusCode.ERROR, message)

    def called(self, arguments: Mapping[str, Any]) -> None:
        """Take the arguments of the decorated function."""
        self._keep(attributes.TOOL_CALL_ARGUMENTS, arguments)

    def returned(self, result: object) -> None:
        """Take the result of the decorated function."""
        self.result(result)

    def _starting(self) -> Mapping[str, AttributeValue]:
        attempts = [(around.agent, around.begins(self.tool)) for around in _agents(self.outer)]
        if not attempts:
            return self._said
        name, attempt = attempts[0]
        again = {attributes.TOOL_ATTEMPT: attempt} if attempt > 1 else {}
        return {**self._said, attributes.AGENT_NAME: name, **again}

    def _ending(self, error: BaseException | None) -> Mapping[str, AttributeValue]:
        failed = self._failed or isinstance(error, Exception)
        for around in _agents(self.outer):
            around.ends(self.tool, failed=failed)
        return super()._ending(error)


def _agents(scope: Traced | None) -> Iterator[Agent]:
    """Yield the agents around a scope, innermost first."""
    while scope is not None:
        if isinstance(scope, Agent):
            yield scope
        scope = scope.outer
