"""Calls that a small model cannot produce, made by a plain OpenAI client: a program of its own.

    OPENAI_BASE_URL=http://127.0.0.1:PORT/v1 python -m spansight.demo.scenarios --rounds 2

Environment variables instrument it; it names the feature and team of each call, no more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from openai import OpenAI, OpenAIError
from openai.types.chat import ChatCompletionFunctionToolParam, ChatCompletionUserMessageParam

import spansight
from spansight.demo.rounds import rounds

TIMEOUT_S: Final = 1.0
_QUESTION: Final[ChatCompletionUserMessageParam] = {
    "role": "user",
    "content": "Summarise the refund rules of Hangang Bike in one sentence.",
}
_TOOL: Final[ChatCompletionFunctionToolParam] = {
    "type": "function",
    "function": {
        "name": "find_station",
        "description": "Find the nearest station with a free dock",
        "parameters": {"type": "object", "properties": {"place": {"type": "string"}}},
    },
}


def plain(client: OpenAI, model: str) -> None:
    """Ask once."""
    client.chat.completions.create(model=model, messages=[_QUESTION])


def streamed(client: OpenAI, model: str) -> None:
    """Ask for a stream with usage, and read it to its end."""
    for _ in client.chat.completions.create(
        model=model, messages=[_QUESTION], stream=True, stream_options={"include_usage": True}
    ):
        pass


def streamed_without_usage(client: OpenAI, model: str) -> None:
    """Ask for a stream as most applications do: its tokens stay unknown."""
    for _ in client.chat.completions.create(model=model, messages=[_QUESTION], stream=True):
        pass


def with_tool(client: OpenAI, model: str) -> None:
    """Offer a tool, which the model calls."""
    client.chat.completions.create(model=model, messages=[_QUESTION], tools=[_TOOL])


def embedded(client: OpenAI, model: str) -> None:
    """Embed two texts."""
    client.embeddings.create(model=model, input=["refund rules", "환불 규정"])


@dataclass(frozen=True, slots=True)
class Step:
    """One call: what it is about, who pays, and how the provider behaves."""

    scenario: str
    call: Callable[[OpenAI, str], None]
    model: str
    feature: str
    team: str


STEPS: Final = (
    Step("cached", plain, "gpt-4o", "summaries", "support"),
    Step("cached", streamed, "gpt-4.1", "summaries", "support"),
    Step("reasoning", plain, "o4-mini", "planning", "operations"),
    Step("ok", plain, "gpt-4o-mini", "routing", "operations"),
    Step("ok", streamed, "gpt-4.1-mini", "answers", "support"),
    Step("ok", embedded, "text-embedding-3-small", "indexing", "operations"),
    Step("ok", plain, "gpt-9-mystery", "experiments", "research"),
    Step("slow_first_token", streamed, "gpt-4o", "answers", "support"),
    Step("tool_call", with_tool, "gpt-4o", "planning", "operations"),
    Step("no_usage", streamed_without_usage, "gpt-4o-mini", "summaries", "support"),
    Step("rate_limit", plain, "gpt-4o", "summaries", "support"),
    Step("server_error", plain, "gpt-4.1", "planning", "operations"),
    Step("timeout", plain, "gpt-4o-mini", "answers", "support"),
)


def main() -> None:
    """Make every call of the table, as many rounds as asked for, and say how each ended."""
    for root in rounds("make every call of the demo's table"):
        for step in STEPS:
            print(_made(step, f"{root}/{step.scenario}/v1"), flush=True)


def _made(step: Step, url: str) -> str:
    client = OpenAI(base_url=url, timeout=TIMEOUT_S, max_retries=0)
    with client, spansight.context(feature=step.feature, team=step.team):
        return f"{step.scenario} {step.model}: {_outcome(step, client)}"


def _outcome(step: Step, client: OpenAI) -> str:
    try:
        step.call(client, step.model)
    except OpenAIError as error:
        return type(error).__name__
    return "answered"


if __name__ == "__main__":
    main()
