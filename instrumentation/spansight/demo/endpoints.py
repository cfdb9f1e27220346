"""Which call a path and a body make, and the shapes of its answers.  Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from spansight.demo import anthropic_wire, gemini_wire, responses_wire, wire
from spansight.demo.wire import Answer, Request

A = TypeVar("A")

_OPERATIONS: Final[dict[str, wire.Operation]] = {
    "chat/completions": "chat",
    "completions": "completions",
    "embeddings": "embeddings",
    "messages": "messages",
    "responses": "responses",
    "models": "models",
}
_METHODS: Final[dict[str, wire.Operation]] = {
    "generateContent": "generate_content",
    gemini_wire.STREAMED: "generate_content",
    "batchEmbedContents": "embed_content",
}
"""What Gemini's endpoints end with."""
_PATH: Final = re.compile(r"(?P<scenario>\w+)/v1(?:beta)?/(?:deployments/[^/]+/)?(?P<endpoint>.+)")
"""Azure's have a deployment in front, Gemini's are at the beta of a version unless told better."""
_STORED: Final = "responses/"
"""Start of the endpoint of an answer that was given before."""
_MODEL: Final = re.compile(r"models/(?P<model>[^/:]+):(?P<method>\w+)")


@dataclass(frozen=True, slots=True)
class Shape:
    """The answers of one operation, whole and streamed."""

    whole: Callable[[Request, Answer], wire.Json]
    stream: Callable[[Request, Answer], Iterator[wire.Json]] | None = None
    chat: Callable[[wire.Json], wire.Json] = dict
    """Reads a body as that of a chat, where it is one in other words."""
    refusal: Callable[[wire.Json], wire.Json] = dict
    """Tells an error of OpenAI in the API's own words."""
    end: str | None = None
    """What follows the last chunk, where its end is not one of its own."""


def _alone(shape: Callable[[Answer], A]) -> Callable[[Request, Answer], A]:
    """Shape an answer without a look at what was asked."""
    return lambda _, answer: shape(answer)


_DONE: Final = "[DONE]"
_MODELS: Final = ("gpt-4o", "gpt-4o-mini", "text-embedding-3-small")

SHAPES: Final[Mapping[wire.Operation, Shape]] = {
    "chat": Shape(_alone(wire.completion), _alone(wire.chunks), end=_DONE),
    "completions": Shape(_alone(wire.text_completion), _alone(wire.text_chunks), end=_DONE),
    "embeddings": Shape(wire.embeddings),
    "messages": Shape(
        _alone(anthropic_wire.message),
        _alone(anthropic_wire.events),
        anthropic_wire.chat,
        anthropic_wire.refusal,
    ),
    "responses": Shape(responses_wire.response, responses_wire.events),
    "stored": Shape(responses_wire.response, responses_wire.events),
    "generate_content": Shape(
        _alone(gemini_wire.generated),
        _alone(gemini_wire.chunks),
        gemini_wire.chat,
        gemini_wire.refusal,
    ),
    "embed_content": Shape(
        gemini_wire.embedded, chat=gemini_wire.texts, refusal=gemini_wire.refusal
    ),
}


def models() -> wire.Json:
    """Return the answer to who asks which models there are."""
    return wire.models(_MODELS)


def asked(target: str, body: wire.Json) -> Request | None:
    """Return what a request asks for, None where nothing is."""
    path, _, query = target.lstrip("/").partition("?")
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    scenario, endpoint = found["scenario"], found["endpoint"]
    if endpoint.startswith(_STORED):
        stored = {"stored": endpoint.removeprefix(_STORED), "model": "gpt-4o"}
        return _request(scenario, "stored", stored | {"stream": "stream=true" in query})
    if model := _MODEL.fullmatch(endpoint):
        operation = _METHODS.get(model["method"])
        body = body | {"model": model["model"], "stream": model["method"] == gemini_wire.STREAMED}
    else:
        operation = _OPERATIONS.get(endpoint)
    return operation and _request(scenario, operation, body)


def _request(scenario: str, operation: wire.Operation, body: wire.Json) -> Request:
    shape = SHAPES.get(operation)
    stream = bool(body.get("stream")) and shape is not None and shape.stream is not None
    read = shape.chat(body) if shape else body
    return Request(scenario, operation, str(body.get("model", "")), stream, read)
