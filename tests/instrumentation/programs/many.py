"""Many calls and streams, every third of those abandoned; how much more the process holds of them.

The client's transport is replaced: what is measured is not the network's.
"""

import gc
import json
import sys
from collections.abc import Callable
from pathlib import Path

import httpx2
import openai
from openai.types.chat import ChatCompletionMessageParam

from spansight.telemetry.process import installation

WARM, CALLS = int(sys.argv[1]), int(sys.argv[2])
PLAIN = {
    "id": "1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4o",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hi"}}
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
CHUNK = PLAIN | {
    "object": "chat.completion.chunk",
    "choices": [{"index": 0, "delta": {"content": "hi"}}],
    "usage": None,
}
STREAM = f"data: {json.dumps(CHUNK)}\n\n" * 3 + "data: [DONE]\n\n"
MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hi"}]


def answer(request: httpx2.Request) -> httpx2.Response:
    if json.loads(request.content).get("stream"):
        return httpx2.Response(200, text=STREAM, headers={"content-type": "text/event-stream"})
    return httpx2.Response(200, json=PLAIN)


client = openai.OpenAI(
    base_url="http://model.invalid",
    api_key="unused",
    http_client=openai.DefaultHttpxClient(transport=httpx2.MockTransport(answer)),
)


def plain() -> None:
    client.chat.completions.create(model="gpt-4o", messages=MESSAGES)


def read() -> None:
    list(client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True))


def abandoned() -> None:
    next(iter(client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)))


WAYS: tuple[Callable[[], object], ...] = (plain, read, abandoned)


def held() -> tuple[int, int, int]:
    """Return how many objects, blocks of memory and bytes are held, once nothing waits."""
    if installed := installation.current():
        installed.flush()
    gc.collect()
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    return len(gc.get_objects()), sys.getallocatedblocks(), resident


def call(count: int) -> None:
    for number in range(count):
        WAYS[number % len(WAYS)]()
        if number % 500 == 0 and (installed := installation.current()):
            installed.flush()


call(WARM)
before = held()
call(CALLS)
after = held()
installed = installation.current()
print(  # noqa: T201 - what the test reads
    json.dumps(
        {
            "objects": (after[0] - before[0]) / CALLS,
            "blocks": (after[1] - before[1]) / CALLS,
            "bytes": (after[2] - before[2]) / CALLS,
            "ended": installed.ledgers[0].ended if installed else 0,
            "dropped": installed.ledgers[0].dropped if installed else {},
        }
    )
)
