"""One message with cached tokens beside the input, plain and streamed."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

import os
from typing import Any

from anthropic import Anthropic
from tracing import QUESTION

ASKED: dict[str, Any] = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 64,
    "messages": [{"role": "user", "content": QUESTION}],
}


def ask() -> None:
    """Make the calls."""
    client = Anthropic(base_url=os.environ["ANTHROPIC"], api_key="unused")
    client.messages.create(**ASKED)
    for _ in client.messages.create(**ASKED, stream=True):
        pass
