"""An agent of Agno that uses a tool, and one that streams."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

from agno.agent import Agent
from agno.models.openai import OpenAIChat
from tracing import QUESTION, base_url


def lookup(question: str) -> str:
    """Look something up."""
    return f"found: {question}"


def librarian(scenario: str) -> Agent:
    """Return an agent of one scenario."""
    model = OpenAIChat("gpt-4o", base_url=base_url(scenario), api_key="unused")
    return Agent(
        model=model, name="librarian", tools=[lookup], session_id="a conversation", telemetry=False
    )


def ask() -> None:
    """Make the calls."""
    librarian("tool_call").run(QUESTION)
    for _ in librarian("reasoning").run(QUESTION, stream=True):
        pass
