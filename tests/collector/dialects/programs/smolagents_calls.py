"""An agent of smolagents that uses a tool, and one that streams."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false
# pyright: reportArgumentType=false

from rich.console import Console
from smolagents import AgentLogger, OpenAIModel, ToolCallingAgent, tool
from tracing import QUESTION, base_url


@tool
def lookup(question: str) -> str:
    """Look something up.

    Args:
        question: What.
    """
    return f"found: {question}"


def librarian(scenario: str, **options: bool) -> ToolCallingAgent:
    """Return an agent of one scenario."""
    return ToolCallingAgent(
        [lookup],
        OpenAIModel("gpt-4o", api_base=base_url(scenario), api_key="unused"),
        name="librarian",
        max_steps=1,
        logger=AgentLogger(console=Console(quiet=True)),
        **options,
    )


def ask() -> None:
    """Make the calls."""
    librarian("tool_call").run(QUESTION)
    for _ in librarian("tool_call", stream_outputs=True).run(QUESTION, stream=True):
        pass
