"""DSPy: a call with a cached prompt, one with hidden reasoning, and an agent that uses a tool."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

import dspy
from tracing import QUESTION, base_url


class Adapter(dspy.ChatAdapter):
    """Takes what the provider says for every field: it knows of none."""

    def parse(self, signature: type[dspy.Signature], completion: str) -> dict:
        """Return the fields."""
        said = {"next_tool_name": "lookup", "next_tool_args": {"question": QUESTION}}
        return {field: said.get(field, completion) for field in signature.output_fields}


def model(scenario: str) -> dspy.LM:
    """Return a model of one scenario."""
    return dspy.LM("openai/gpt-4o", api_base=base_url(scenario), api_key="unused", cache=False)


def lookup(question: str) -> str:
    """Look something up."""
    return f"found: {question}"


def ask() -> None:
    """Make the calls."""
    model("cached")(QUESTION)
    model("reasoning")(QUESTION)
    with dspy.context(lm=model("ok"), adapter=Adapter()):
        dspy.ReAct("question -> answer", tools=[lookup], max_iters=1)(question=QUESTION)
