"""Secrets and personal data in every place of a call that telemetry could copy from."""

import json
import logging
import os
import sys
from contextlib import suppress
from typing import Any

import openai

import spansight

SECRETS: dict[str, list[str]] = json.loads(os.environ["SECRETS"])
URL = os.environ["PROVIDER"]
BLOB = f"data:image/png;base64,{os.environ['BLOB']}"
ODD = "lone \ud83d halves \ud83d\ude00 nul \0 bidi \u202e end"


def client(scenario: str) -> openai.OpenAI:
    host = URL.removeprefix("http://")
    return openai.OpenAI(
        base_url=f"http://user:{SECRETS['url'][0]}@{host}/{scenario}/v1",
        api_key=SECRETS["key"][0],
        default_headers={"x-api-key": SECRETS["header"][0]},
        max_retries=0,
        timeout=5,
    )


def ask(scenario: str, said: str) -> None:
    tools = [
        {
            "type": "function",
            "function": {
                "name": "search",
                "description": f"search for {said}",
                "parameters": {"type": "object", "properties": {"q": {"default": said}}},
            },
        }
    ]
    call = {"name": "search", "arguments": json.dumps({"q": said, "password": "swordfish-1"})}
    messages = [
        {"role": "system", "content": f"시스템: {said}"},
        {"role": "user", "content": [{"type": "text", "text": f"질문\n{said}\n끝"}]},
        {
            "role": "assistant",
            "tool_calls": [{"id": "call_1", "type": "function", "function": call}],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": json.dumps({"found": said})},
        {"role": "user", "content": said},
    ]
    arguments: dict[str, Any] = {
        "model": "gpt-4o",
        "messages": messages,
        "tools": tools,
        "user": said,
        "metadata": {"contact": said},
        "extra_headers": {
            "Authorization": f"Bearer {SECRETS['header'][0]}",
            "Cookie": f"sid={SECRETS['header'][0]}",
        },
        "extra_query": {"api_key": SECRETS["query"][0]},
    }
    made = client(scenario)
    about = spansight.context(feature="search", conversation=said, team=said, user=said)
    with about, suppress(openai.OpenAIError):
        made.chat.completions.create(**arguments)
    with suppress(openai.OpenAIError):
        list(made.chat.completions.create(**arguments, stream=True))
    with suppress(openai.OpenAIError):
        made.responses.create(model="gpt-4o", input=said, instructions=said, user=said)
    with suppress(openai.OpenAIError):
        made.embeddings.create(model="text-embedding-3-small", input=[said], user=said)


def look() -> None:
    image = {"type": "image_url", "image_url": {"url": BLOB}}
    messages: Any = [{"role": "user", "content": [image]}]
    client("ok").chat.completions.create(model="gpt-4o", messages=messages)


def fail(said: str) -> None:
    with suppress(RuntimeError), spansight.stage("rag_retrieval"):
        raise RuntimeError(f"no answer for {said} from https://u:{SECRETS['url'][0]}@db.example")
    logging.getLogger("app").error("cannot reach %s", said)


if __name__ == "__main__":
    for text in SECRETS["text"]:
        for way in ("ok", "tool_call", "server_error"):
            ask(way, text)
        fail(text)
    look()
    with suppress(UnicodeEncodeError), spansight.stage(ODD):
        ask("ok", ODD)
    spansight.feedback(rating=1, comment=f"call {SECRETS['text'][0]}")
    sys.stdout.write("done")
