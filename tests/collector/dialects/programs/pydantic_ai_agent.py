"""Pydantic AI: an agent with a tool, the spans and events that Logfire shows."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from tracing import QUESTION, base_url, tracing

with tracing():
    model = OpenAIChatModel(
        "gpt-4o", provider=OpenAIProvider(base_url=base_url("tool_call"), api_key="unused")
    )
    Agent.instrument_all()
    agent = Agent(model, name="librarian")

    @agent.tool_plain
    def lookup(question: str) -> str:
        """Look something up."""
        return f"found: {question}"

    agent.run_sync(QUESTION)
