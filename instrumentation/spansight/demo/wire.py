"""The OpenAI wire format, as far as a scripted provider speaks it.  Pure: no sockets, no clock.

The Responses API has a module of its own.

Token counts follow one rule, so that a test can compute them: a token is a word (what
``str.split`` yields); a scenario's cached prefix and hidden reasoning come on top.
"""

import base64
import json
import math
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, cast

Operation = Literal[
    "chat",
    "completions",
    "embeddings",
    "messages",
    "responses",
    "stored",
    "generate_content",
    "embed_content",
    "interactions",
    "converse",
    "invoke",
    "invoke_embedding",
    "models",
]
EMBEDDINGS: Final[tuple[Operation, ...]] = ("embeddings", "embed_content", "invoke_embedding")
Json = dict[str, Any]  # the wire is untyped; nothing leaves this package as Json

CREATED: Final = 1_700_000_000
DIMENSIONS: Final = 256
DATED: Final = {
    "gpt-4o": "gpt-4o-2024-08-06",
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "gemini-flash-latest": "gemini-2.5-flash-preview-09-2025",
    "anthropic.claude-sonnet-4-5-20250929-v1:0": "claude-sonnet-4-5-20250929",
}
"""Requested name → what a real provider calls the model in its response."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call as the provider understood it."""

    scenario: str
    operation: Operation
    model: str
    stream: bool
    body: Mapping[str, Any]

    @property
    def messages(self) -> list[Json]:
        """The conversation; empty where there is none."""
        return list(self.body.get("messages", ()))

    @property
    def prompt(self) -> str:
        """All text of the input, one message a line."""
        if self.messages:
            return "\n".join(_text(message.get("content")) for message in self.messages)
        return _text(self.body.get("input") or self.body.get("prompt"))

    @property
    def question(self) -> str:
        """The text of the last message of the user."""
        texts = [_text(m.get("content")) for m in self.messages if m.get("role") == "user"]
        return texts[-1] if texts else self.prompt

    @property
    def wants_usage(self) -> bool:
        """Whether the caller is told its usage: always, unless a stream did not ask for it."""
        options: Json = self.body.get("stream_options") or {}
        asked = bool(options.get("include_usage"))
        return asked or not self.stream or self.operation in ("responses", "stored")

    @property
    def wants_tool(self) -> bool:
        """Whether tools were offered and none has answered yet."""
        answered = any(message.get("role") == "tool" for message in self.messages)
        return bool(self.body.get("tools")) and not answered

    @property
    def stored(self) -> str | None:
        """The id of an earlier answer that is asked for again."""
        return self.body.get("stored")

    @property
    def schema(self) -> Json | None:
        """The JSON schema that the answer must follow, if there is one."""
        chat: Json = self.body.get("response_format") or {}
        if chat.get("type") == "json_schema":
            return cast("Json", chat["json_schema"]["schema"])
        text: Json = self.body.get("text") or {}
        shape: Json = text.get("format") or {}
        return cast("Json", shape["schema"]) if shape.get("type") == "json_schema" else None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the conventions count them: cached is part of input, reasoning of output."""

    input: int = 0
    output: int = 0
    cached: int = 0
    reasoning: int = 0

    def chat(self) -> Json:
        """Return the shape of chat completions."""
        return {
            "prompt_tokens": self.input,
            "completion_tokens": self.output,
            "total_tokens": self.input + self.output,
            "prompt_tokens_details": {"cached_tokens": self.cached},
            "completion_tokens_details": {"reasoning_tokens": self.reasoning},
        }

    def responses(self) -> Json:
        """Return the shape of the Responses API."""
        return {
            "input_tokens": self.input,
            "output_tokens": self.output,
            "total_tokens": self.input + self.output,
            "input_tokens_details": {"cached_tokens": self.cached, "cache_write_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": self.reasoning},
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider has decided to say: text, or the one tool call in its place."""

    id: str
    model: str
    text: str
    usage: Usage | None
    tool_call: Json | None = None
    """In the shape of chat completions."""
    tells_finish: bool = True
    """Whether a stream says why it ends."""
    declines: bool = False
    """Whether the text says that there will be no answer, and why."""

    @property
    def finish_reason(self) -> str:
        """Why generation ended."""
        return "tool_calls" if self.tool_call else "stop"


def words(text: str) -> int:
    """Return how many tokens a text has here."""
    return len(text.split())


def tool_call(request: Request) -> Json:
    """Return a call of the first tool offered; its first parameter is the user's question."""
    tool = cast("Json", request.body["tools"][0])
    function = cast("Json", tool.get("function") or tool)
    properties = function.get("parameters", {}).get("properties", {})
    arguments = dict.fromkeys(list(properties)[:1], request.question)
    return {
        "id": "call_1",
        "type": "function",
        "function": {
            "name": function["name"],
            "arguments": json.dumps(arguments, ensure_ascii=False),
        },
    }


def structured(schema: Json, text: str) -> str:
    """Return a JSON object that follows a schema of texts, each of them the same.

    A text that is an object already is taken for one that follows it.
    """
    if text.startswith("{"):
        return text
    return json.dumps(dict.fromkeys(schema["properties"], text), ensure_ascii=False)


def completion(answer: Answer) -> Json:
    """Return a whole chat completion."""
    said = "refusal" if answer.declines else "content"
    message: Json = {"role": "assistant", "content": None, "refusal": None}
    message[said] = answer.text or None
    if answer.tool_call:
        message |= {"content": None, "tool_calls": [answer.tool_call]}
    choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason}
    body = _envelope(answer, "chat.completion") | {"choices": [choice]}
    return body | ({"usage": answer.usage.chat()} if answer.usage else {})


def chunks(answer: Answer) -> Iterator[Json]:
    """Yield a chat completion as a stream sends it: role, one chunk a word, finish, usage."""
    # Where the last chunk tells usage, every other says that it has none.
    mute: Json = {"usage": None} if answer.usage else {}
    yield _chunk(answer, {"role": "assistant", "content": ""}) | mute
    if answer.tool_call:
        yield _chunk(answer, {"tool_calls": [{"index": 0, **answer.tool_call}]}) | mute
    else:
        for word in spaced(answer.text):
            yield _chunk(answer, {"content": word}) | mute
    if answer.tells_finish:
        yield _chunk(answer, {}, finish_reason=answer.finish_reason) | mute
    if answer.usage:
        yield _envelope(answer, "chat.completion.chunk") | {
            "choices": [],
            "usage": answer.usage.chat(),
        }


def text_completion(answer: Answer) -> Json:
    """Return a whole completion of the API before chat."""
    body = _text_chunk(answer, answer.text, finish_reason=answer.finish_reason)
    return body | ({"usage": answer.usage.chat()} if answer.usage else {})


def text_chunks(answer: Answer) -> Iterator[Json]:
    """Yield such a completion as a stream sends it."""
    for word in spaced(answer.text):
        yield _text_chunk(answer, word)
    if answer.tells_finish:
        yield _text_chunk(answer, "", finish_reason=answer.finish_reason)
    if answer.usage:
        yield _envelope(answer, "text_completion") | {"choices": [], "usage": answer.usage.chat()}


def spaced(text: str) -> Iterator[str]:
    """Yield the words of a text, each but the first with the space before it."""
    for position, word in enumerate(text.split()):
        yield f" {word}" if position else word


def embeddings(request: Request, answer: Answer) -> Json:
    """Return one vector a text; texts that share words are close, in any language."""
    given: str | Sequence[str] = request.body.get("input", "")
    texts = [given] if isinstance(given, str) else given
    size = int(request.body.get("dimensions") or DIMENSIONS)
    packed = request.body.get("encoding_format") == "base64"
    vectors = (vector(text, size) for text in texts)
    data = [
        {"object": "embedding", "index": index, "embedding": _packed(it) if packed else it}
        for index, it in enumerate(vectors)
    ]
    body: Json = {"object": "list", "model": answer.model, "data": data}
    used = answer.usage
    if used:
        body["usage"] = {"prompt_tokens": used.input, "total_tokens": used.input}
    return body


def vector(text: str, size: int = DIMENSIONS) -> list[float]:
    """Return the unit vector of a text's hashed letter pairs: Korean endings then match too."""
    values = [0.0] * size
    for word in text.lower().split():
        for pair in pairwise(word):
            values[zlib.crc32("".join(pair).encode()) % size] += 1
    norm = math.hypot(*values)
    return [value / norm for value in values] if norm else values


def models(names: Sequence[str]) -> Json:
    """Return the list of models."""
    data = [
        {"id": name, "object": "model", "created": CREATED, "owned_by": "spansight"}
        for name in names
    ]
    return {"object": "list", "data": data}


def error(message: str, kind: str, code: str | None = None) -> Json:
    """Return an error body."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def _envelope(answer: Answer, kind: str) -> Json:
    return {"id": answer.id, "object": kind, "created": CREATED, "model": answer.model}


def _chunk(answer: Answer, delta: Json, *, finish_reason: str | None = None) -> Json:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return _envelope(answer, "chat.completion.chunk") | {"choices": [choice]}


def _text_chunk(answer: Answer, text: str, *, finish_reason: str | None = None) -> Json:
    choice = {"index": 0, "text": text, "logprobs": None, "finish_reason": finish_reason}
    return _envelope(answer, "text_completion") | {"choices": [choice]}


def _packed(values: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(_text(part) for part in cast("list[object]", content))
    if isinstance(content, dict):
        part = cast("Json", content)
        return _text(part.get("text") or part.get("content"))
    return ""
