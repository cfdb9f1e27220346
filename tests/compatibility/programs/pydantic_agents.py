"""Pydantic AI with models of OpenAI."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportArgumentType=false
# pyright: reportAssignmentType=false, reportAttributeAccessIssue=false

from openai import AsyncOpenAI
from pydantic_ai import Agent
from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider
from steps import WEATHER, base_url, run


def provider(scenario: str) -> OpenAIProvider:
    url = f"{base_url(scenario)}/v1"
    return OpenAIProvider(openai_client=AsyncOpenAI(base_url=url, api_key="unused", max_retries=0))


def agent(scenario: str = "ok", kind: type[Model] = OpenAIChatModel) -> Agent:
    made = Agent(kind("gpt-4o", provider=provider(scenario)), name="forecaster")
    made.tool_plain(weather)
    return made


def weather(city: str) -> str:
    """Tell the weather in a city."""
    return f"{city}: {WEATHER}"


async def asynchronous(prompt: str) -> str:
    return (await agent().run(prompt)).output


async def stream(prompt: str) -> str:
    async with agent().run_stream(prompt) as result:
        return "".join([part async for part in result.stream_text(delta=True)])


run(
    {
        "chat": lambda prompt: agent().run_sync(prompt).output,
        "cached input": lambda prompt: agent("cached").run_sync(prompt).output,
        "asynchronous stream": stream,
        "tool call": lambda prompt: agent("tool_call").run_sync(prompt).output,
        "responses": lambda prompt: agent(kind=OpenAIResponsesModel).run_sync(prompt).output,
        "asynchronous": asynchronous,
        "rate limit": lambda prompt: agent("rate_limit").run_sync(prompt).output,
    }
)
