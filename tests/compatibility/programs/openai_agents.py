"""OpenAI's Agents SDK."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportArgumentType=false
# pyright: reportAssignmentType=false, reportAttributeAccessIssue=false

from agents import (
    Agent,
    Model,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    Runner,
    function_tool,
)
from openai import AsyncOpenAI
from steps import WEATHER, base_url, run


@function_tool
def weather(city: str) -> str:
    """Tell the weather in a city."""
    return f"{city}: {WEATHER}"


def agent(scenario: str = "ok", kind: type[Model] = OpenAIChatCompletionsModel) -> Agent:
    client = AsyncOpenAI(base_url=f"{base_url(scenario)}/v1", api_key="unused", max_retries=0)
    return Agent("forecaster", tools=[weather], model=kind("gpt-4o", client))


async def asynchronous(prompt: str) -> str:
    return (await Runner.run(agent(), prompt)).final_output


async def stream(prompt: str) -> str:
    result = Runner.run_streamed(agent(), prompt)
    async for _ in result.stream_events():
        pass
    return result.final_output


run(
    {
        "chat": lambda prompt: Runner.run_sync(agent(), prompt).final_output,
        "cached input": lambda prompt: Runner.run_sync(agent("cached"), prompt).final_output,
        "asynchronous stream": stream,
        "tool call": lambda prompt: Runner.run_sync(agent("tool_call"), prompt).final_output,
        "responses": lambda p: Runner.run_sync(agent(kind=OpenAIResponsesModel), p).final_output,
        "asynchronous": asynchronous,
        "rate limit": lambda prompt: Runner.run_sync(agent("rate_limit"), prompt).final_output,
    }
)
