"""Agents of smolagents, and the model under them, which is a client of OpenAI."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportArgumentType=false
# pyright: reportAssignmentType=false, reportAttributeAccessIssue=false

from rich.console import Console
from smolagents import (
    AgentLogger,
    CodeAgent,
    FinalAnswerStep,
    MultiStepAgent,
    OpenAIModel,
    ToolCallingAgent,
    tool,
)
from steps import WEATHER, base_url, run


@tool
def weather(city: str) -> str:
    """Tell the weather in a city.

    Args:
        city: Where.
    """
    return f"{city}: {WEATHER}"


def model(scenario: str = "ok") -> OpenAIModel:
    return OpenAIModel(
        "gpt-4o",
        api_base=f"{base_url(scenario)}/v1",
        api_key="unused",
        # Its own retry waits for a minute.
        retry=False,
        client_kwargs={"max_retries": 0},
    )


def asked(prompt: str) -> list:
    return [{"role": "user", "content": [{"type": "text", "text": prompt}]}]


def forecaster(
    scenario: str = "tool_call", kind: type[MultiStepAgent] = ToolCallingAgent, **options: object
) -> MultiStepAgent:
    options = {"tools": [weather], "max_steps": 1} | options
    quiet = AgentLogger(console=Console(quiet=True))
    return kind(model=model(scenario), name="forecaster", logger=quiet, **options)


def chat(prompt: str, scenario: str = "ok") -> str:
    return model(scenario).generate(asked(prompt)).content


def stream(prompt: str) -> str:
    return "".join(delta.content or "" for delta in model().generate_stream(asked(prompt)))


def tool_call(prompt: str) -> list[str]:
    answer = model("tool_call").generate(asked(prompt), tools_to_call_from=[weather])
    return [call.function.arguments for call in answer.tool_calls]


def streamed_agent(prompt: str) -> list:
    steps = forecaster(stream_outputs=True).run(prompt, stream=True)
    return [step.output for step in steps if isinstance(step, FinalAnswerStep)]


run(
    {
        "chat": chat,
        "cached input": lambda prompt: chat(prompt, "cached"),
        "reasoning": lambda prompt: chat(prompt, "reasoning"),
        "stream": stream,
        "tool call": tool_call,
        "agent": lambda prompt: [forecaster(tools=[]).run(prompt)],
        "agent with a tool": lambda prompt: forecaster().run(prompt),
        "agent that streams": streamed_agent,
        "agent that plans": lambda prompt: forecaster(planning_interval=1).run(prompt),
        "agent that codes": lambda prompt: forecaster("ok", CodeAgent).run(prompt),
        "rate limit": lambda prompt: chat(prompt, "rate_limit"),
        "server error": lambda prompt: chat(prompt, "server_error"),
        "agent whose call fails": lambda prompt: forecaster("rate_limit").run(prompt),
    }
)
