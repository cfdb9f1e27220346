"""What instrumentation adds to a call, as a ratio measured in one process: `make bench`.

Calls with and without alternate in blocks whose order swaps each time; the answer is canned and
never leaves the process, so that a call costs little but the client's own work.  Reported is the
median of the pairs' ratios of thread CPU time, beside the same for two blocks without: a ratio
within that spread is noise.
"""

import json
import os
import statistics
import time
from collections.abc import Callable

import httpx2
import openai

import spansight
from spansight.demo import wire

PAIRS, CALLS = 40, 25
ANSWER = wire.Answer("chatcmpl-1", "gpt-4o", "word " * 100, wire.Usage(200, 100))
STREAM = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in wire.chunks(ANSWER))


def respond(request: httpx2.Request) -> httpx2.Response:
    if json.loads(request.content).get("stream"):
        headers = {"content-type": "text/event-stream"}
        return httpx2.Response(200, text=f"{STREAM}data: [DONE]\n\n", headers=headers)
    return httpx2.Response(200, json=wire.completion(ANSWER))


def main() -> None:
    """Print one line a kind of call."""
    os.environ["OTEL_TRACES_EXPORTER"] = "none"
    transport = openai.DefaultHttpxClient(transport=httpx2.MockTransport(respond))
    client = openai.OpenAI(api_key="unused", base_url="http://test/v1", http_client=transport)

    def call() -> None:
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "?"}])

    def stream() -> None:
        for _ in client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "?"}], stream=True
        ):
            pass

    for name, action in (("one call", call), ("a stream of 100 chunks", stream)):
        null = ratios(action, lambda: None, lambda: None)
        added = ratios(action, spansight.instrument, spansight.uninstrument)
        print(f"{name:<24} × {summary(added)}   (nothing against nothing: × {summary(null)})")


def ratios(
    action: Callable[[], None], switch_on: Callable[[], None], switch_off: Callable[[], None]
) -> list[float]:
    """Return with ÷ without, one ratio a pair of blocks."""
    found: list[float] = []
    for pair in range(PAIRS):
        spent: dict[bool, float] = {}
        for on in (pair % 2 == 0, pair % 2 == 1):
            if on:
                switch_on()
            spent[on] = block(action)
            if on:
                switch_off()
        found.append(spent[True] / spent[False])
    return found


def block(action: Callable[[], None]) -> float:
    """Return the thread's CPU seconds for one block of calls, after one that is not counted."""
    action()
    started = time.thread_time()
    for _ in range(CALLS):
        action()
    return time.thread_time() - started


def summary(found: list[float]) -> str:
    low, middle, high = statistics.quantiles(found, n=4)
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


if __name__ == "__main__":
    main()
