"""Agents of Agno with models of OpenAI: alone, in a team, in a workflow, and with knowledge."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportArgumentType=false
# pyright: reportAssignmentType=false, reportAttributeAccessIssue=false

import asyncio
import logging
import os

os.environ["AGNO_TELEMETRY"] = "false"

from agno.agent import Agent
from agno.knowledge.embedder.openai import OpenAIEmbedder
from agno.models.base import Model
from agno.models.openai import OpenAIChat, OpenAIResponses
from agno.team import Team
from agno.workflow import Parallel, Step, Workflow
from steps import WEATHER, base_url, run


def weather(city: str) -> str:
    """Tell the weather in a city."""
    return f"{city}: {WEATHER}"


def model(scenario: str = "ok", kind: type[Model] = OpenAIChat) -> Model:
    return kind("gpt-4o", base_url=f"{base_url(scenario)}/v1", api_key="unused", max_retries=0)


def agent(scenario: str = "ok", kind: type[Model] = OpenAIChat) -> Agent:
    return Agent(model=model(scenario, kind), name="forecaster", tools=[weather])


def chat(prompt: str, scenario: str = "ok", kind: type[Model] = OpenAIChat) -> str:
    return agent(scenario, kind).run(prompt).content


def stream(prompt: str) -> str:
    return "".join(event.content or "" for event in agent().run(prompt, stream=True))


async def asynchronous(prompt: str) -> str:
    return (await agent().arun(prompt)).content


async def asynchronous_stream(prompt: str) -> str:
    events = agent().arun(prompt, stream=True)
    return "".join([event.content or "" async for event in events])


async def parallel(prompt: str) -> list[str]:
    return list(await asyncio.gather(*(asynchronous(prompt) for _ in range(3))))


def team(prompt: str) -> str:
    made = Team(
        members=[agent()],
        model=model("tool_call"),
        name="forecasters",
        delegate_to_all_members=True,
    )
    return made.run(prompt).content


def workflow(prompt: str) -> str:
    steps = Parallel(Step(name="first", agent=agent()), Step(name="second", agent=agent()))
    return Workflow(name="forecast", steps=[steps]).run(prompt).status


def embedder() -> OpenAIEmbedder:
    return OpenAIEmbedder(dimensions=4, base_url=f"{base_url()}/v1", api_key="unused")


async def asynchronous_embeddings(prompt: str) -> list[float]:
    return await embedder().async_get_embedding(prompt)


logging.disable()
run(
    {
        "chat": chat,
        "cached input": lambda prompt: chat(prompt, "cached"),
        "reasoning": lambda prompt: chat(prompt, "reasoning"),
        "stream": stream,
        "tool call": lambda prompt: chat(prompt, "tool_call"),
        "responses": lambda prompt: chat(prompt, kind=OpenAIResponses),
        "asynchronous": asynchronous,
        "asynchronous stream": asynchronous_stream,
        "parallel": parallel,
        "team": team,
        "workflow": workflow,
        "embeddings": lambda prompt: embedder().get_embedding(prompt),
        "asynchronous embeddings": asynchronous_embeddings,
        "rate limit": lambda prompt: chat(prompt, "rate_limit"),
        "server error": lambda prompt: chat(prompt, "server_error"),
    }
)
