"""Every way to ask OpenAI's client for something, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel


class Place(BaseModel):
    """What structured answers hold."""

    city: str


MESSAGES: Final = [{"role": "user", "content": "write to kim@example.com"}]
PARAMETERS: Final = {"type": "object", "properties": {"query": {"type": "string"}}}
TOOL: Final = {"type": "function", "function": {"name": "search", "parameters": PARAMETERS}}
CHAT: Final = {"model": "gpt-4o", "messages": MESSAGES}
PROMPT: Final = {"model": "gpt-3.5-turbo-instruct", "prompt": "one"}
INPUT: Final = {"model": "gpt-4o", "input": "one two"}


@dataclass(frozen=True, slots=True)
class Api:
    """One way to ask: a method of the client and its arguments."""

    method: str
    asked: Mapping[str, Any]
    streams: bool = True
    scenario: str = "ok"
    """What the provider plays where the way of the call asks for nothing else."""
    kind: Literal["create", "raw", "opened", "lines", "helper"] = "create"
    client: Literal["openai", "azure"] = "openai"
    ways: tuple[str, ...] | None = None
    """The ways in which it is called, where not in all."""


APIS: Final = {
    "chat": Api("chat.completions.create", CHAT),
    "chat with usage": Api(
        "chat.completions.create", {**CHAT, "stream_options": {"include_usage": True}}
    ),
    "chat with everything": Api(
        "chat.completions.create",
        {
            **CHAT,
            "temperature": 0.5,
            "top_p": 0.9,
            "max_completion_tokens": 100,
            "frequency_penalty": 0.1,
            "presence_penalty": 0.2,
            "seed": 7,
            "stop": ["END"],
            "reasoning_effort": "low",
            "service_tier": "flex",
            "user": "kim",
            "response_format": {"type": "json_object"},
            "extra_headers": {"Authorization": "Bearer 0123456789-secret"},
        },
        scenario="reasoning",
    ),
    "chat with tools": Api(
        "chat.completions.create", {**CHAT, "tools": [TOOL]}, scenario="tool_call"
    ),
    "chat parsed": Api("chat.completions.parse", {**CHAT, "response_format": Place}, streams=False),
    "chat raw": Api("chat.completions.with_raw_response.create", CHAT, kind="raw"),
    "chat opened": Api("chat.completions.with_streaming_response.create", CHAT, kind="opened"),
    "chat by the line": Api(
        "chat.completions.with_streaming_response.create",
        {**CHAT, "stream_options": {"include_usage": True}},
        kind="lines",
        ways=("plain", "retried", "refused", "cut", "garbled", "cancelled", "stream read"),
    ),
    "chat on Azure": Api("chat.completions.create", CHAT, client="azure"),
    "chat without a model": Api(
        "chat.completions.create", {"messages": MESSAGES}, ways=("plain", "stream read")
    ),
    "chat with an empty model": Api(
        "chat.completions.create", {**CHAT, "model": ""}, ways=("plain", "stream read")
    ),
    "chat helper": Api("chat.completions.stream", CHAT, kind="helper"),
    "responses": Api("responses.create", {**INPUT, "reasoning": {"effort": "low"}}),
    "responses with tools": Api(
        "responses.create",
        {**INPUT, "tools": [{"type": "function", "name": "search", "parameters": PARAMETERS}]},
        scenario="tool_call",
    ),
    "responses parsed": Api("responses.parse", {**INPUT, "text_format": Place}, streams=False),
    "responses raw": Api("responses.with_raw_response.create", INPUT, kind="raw"),
    "responses opened": Api("responses.with_streaming_response.create", INPUT, kind="opened"),
    "responses by the line": Api(
        "responses.with_streaming_response.create", INPUT, kind="lines", ways=("plain", "retried")
    ),
    "responses in the background": Api(
        "responses.create", {**INPUT, "background": True}, streams=False
    ),
    "responses on Azure": Api(
        "responses.create", INPUT, client="azure", ways=("plain", "stream read")
    ),
    "responses helper": Api("responses.stream", INPUT, kind="helper"),
    "responses stored": Api("responses.retrieve", {"response_id": "resp_1"}),
    "embeddings": Api(
        "embeddings.create",
        {"model": "text-embedding-3-small", "input": ["one", "two words"], "dimensions": 8},
        streams=False,
    ),
    "embeddings raw": Api(
        "embeddings.with_raw_response.create",
        {"model": "text-embedding-3-small", "input": "one"},
        streams=False,
        kind="raw",
    ),
    "embeddings opened": Api(
        "embeddings.with_streaming_response.create",
        {"model": "text-embedding-3-small", "input": "one"},
        streams=False,
        kind="opened",
    ),
    "embeddings on Azure": Api(
        "embeddings.create",
        {"model": "text-embedding-3-small", "input": "one"},
        client="azure",
        ways=("plain",),
    ),
    "embeddings without an input": Api(
        "embeddings.create", {"model": "text-embedding-3-small"}, ways=("plain",)
    ),
    "completions": Api("completions.create", PROMPT),
    "completions opened": Api(
        "completions.with_streaming_response.create",
        PROMPT,
        kind="opened",
        ways=("plain", "refused", "stream read"),
    ),
    "completions without a prompt": Api(
        "completions.create", {"model": "gpt-3.5-turbo-instruct"}, ways=("plain", "stream read")
    ),
}
