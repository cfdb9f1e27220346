"""Which call a path and a body make, and the shapes of its answers.  Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import unquote

from spansight.demo import (
    anthropic_wire,
    bedrock_wire,
    framing,
    gemini_wire,
    interactions_wire,
    responses_wire,
    wire,
)
from spansight.demo.framing import Framing
from spansight.demo.wire import Answer, Request

A = TypeVar("A")

_OPERATIONS: Final[dict[str, wire.Operation]] = {
    "chat/completions": "chat",
    "completions": "completions",
    "embeddings": "embeddings",
    "interactions": "interactions",
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
"""Gemini's."""
_MODEL_ID: Final = re.compile(r"model/(?P<model>[^/]+)/(?P<method>[\w-]+)")
"""Bedrock's."""
_STREAMED: Final = (gemini_wire.STREAMED, *bedrock_wire.STREAMED)


def _no_headers(_: Answer) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Shape:
    """The answers of one operation, whole and streamed."""

    whole: Callable[[Request, Answer], wire.Json]
    stream: Callable[[Request, Answer], Iterator[wire.Json]] | None = None
    chat: Callable[[wire.Json], wire.Json] = dict
    """Reads a body as that of a chat, where it is one in other words."""
    refusal: Callable[[wire.Json], wire.Json] = dict
    """Tells an error of OpenAI in the API's own words."""
    framing: Framing = framing.SERVER_SENT
    """How chunks are sent."""
    end: bytes = b""
    """What follows the last chunk, where its end is not one of its own."""
    headers: Callable[[Answer], Mapping[str, str]] = _no_headers
    """What a whole answer tells beside its body."""


def _alone(shape: Callable[[Answer], A]) -> Callable[[Request, Answer], A]:
    """Shape an answer without a look at what was asked."""
    return lambda _, answer: shape(answer)


_DONE: Final = framing.event("[DONE]")
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
    "interactions": Shape(
        _alone(interactions_wire.interaction),
        _alone(interactions_wire.events),
        interactions_wire.chat,
        gemini_wire.refusal,
        end=_DONE,
    ),
    "converse": Shape(
        _alone(bedrock_wire.conversed),
        _alone(bedrock_wire.events),
        bedrock_wire.chat,
        bedrock_wire.refusal,
        framing.EVENT_STREAM,
    ),
    "invoke": Shape(
        _alone(anthropic_wire.message),
        _alone(bedrock_wire.payloads),
        anthropic_wire.chat,
        bedrock_wire.refusal,
        framing.EVENT_STREAM,
        headers=bedrock_wire.counted,
    ),
    "invoke_embedding": Shape(
        bedrock_wire.embedded, chat=bedrock_wire.text, refusal=bedrock_wire.refusal
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
    if named := _MODEL.fullmatch(endpoint) or _MODEL_ID.fullmatch(endpoint):
        model, method = unquote(named["model"]), named["method"]
        operation = _METHODS.get(method) or bedrock_wire.operation(method, model)
        body = body | {"model": model, "stream": method in _STREAMED}
    else:
        operation = _OPERATIONS.get(endpoint)
    return operation and _request(scenario, operation, body)


def _request(scenario: str, operation: wire.Operation, body: wire.Json) -> Request:
    shape = SHAPES.get(operation)
    stream = bool(body.get("stream")) and shape is not None and shape.stream is not None
    read = shape.chat(body) if shape else body
    return Request(scenario, operation, str(body.get("model", "")), stream, read)
