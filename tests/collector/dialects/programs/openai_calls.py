"""One chat with a cached prompt, one streamed with hidden reasoning, one embedding."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

from typing import Any

from openai import OpenAI
from tracing import QUESTION, base_url

ASKED: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": QUESTION}]}


def client(scenario: str) -> OpenAI:
    """Return a client of one scenario."""
    return OpenAI(base_url=base_url(scenario), api_key="unused")


def ask() -> None:
    """Make the calls."""
    client("cached").chat.completions.create(**ASKED)
    streamed = client("reasoning").chat.completions.create(
        **ASKED, stream=True, stream_options={"include_usage": True}
    )
    for _ in streamed:
        pass
    client("ok").embeddings.create(model="text-embedding-3-small", input=[QUESTION], dimensions=4)
