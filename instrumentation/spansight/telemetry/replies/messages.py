"""What a decorated function asked and what it was answered, as messages of the conventions.

Read from what a function was called with and what it returned; what is no text is told by its
kind alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

from opentelemetry.util.types import AnyValue

from spansight.telemetry.replies.usage import part

_CONVERSATIONS: Final = ("messages", "input", "contents")
_TEXTS: Final = ("prompt", "query", "question", "input", "text", "message", "contents")
_SYSTEM: Final = ("system", "instructions", "system_prompt")

_ANSWERS: Final = ("message.content", "content", "text", "output_text", "response")
_PIECES: Final = ("delta.content", "delta.text", "delta", *_ANSWERS)
"""Where a whole answer and a chunk of one hold their text."""


def asked(arguments: Mapping[str, object]) -> list[AnyValue]:
    """Return the messages among the arguments of a call."""
    for name in _CONVERSATIONS:
        found = arguments.get(name)
        if isinstance(found, list | tuple):
            return [_message(one) for one in cast("Sequence[object]", found)]
    texts = (arguments.get(name) for name in _TEXTS)
    return [_said("user", text) for text in texts if isinstance(text, str) and text][:1]


def instructed(arguments: Mapping[str, object]) -> list[AnyValue]:
    """Return the instructions that stand beside the messages."""
    texts = (arguments.get(name) for name in _SYSTEM)
    return [_text(text) for text in texts if isinstance(text, str) and text]


def answered(result: object) -> str | None:
    """Return the text of a response, whatever its shape."""
    return _answer(result, _ANSWERS)


def piece(chunk: object) -> str | None:
    """Return the text of one chunk of a stream."""
    return _answer(chunk, _PIECES)


def answer(text: str) -> list[AnyValue]:
    """Return the answer as a message."""
    return [_said("assistant", text)]


def _answer(result: object, paths: Iterable[str]) -> str | None:
    if isinstance(result, str):
        return result
    choices = part(result, "choices")
    holder = cast("Sequence[object]", choices)[0] if isinstance(choices, list) and choices else None
    for whole in (holder, result):
        for path in paths:
            if (text := _flat(part(whole, path))) is not None:
                return text
    return None


def _flat(content: object) -> str | None:
    """Return a text, or the texts of a list of parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return None
    texts = [part(one, "text") for one in cast("Sequence[object]", content)]
    return "".join(text for text in texts if isinstance(text, str)) or None


def _message(one: object) -> AnyValue:
    role, content = part(one, "role"), part(one, "content")
    named = role if isinstance(role, str) else "user"
    if isinstance(one, str):
        return _said("user", one)
    if isinstance(content, str):
        return _said(named, content)
    parts = cast("Sequence[object]", content) if isinstance(content, list | tuple) else ()
    return {"role": named, "parts": [_part(one) for one in parts]}


def _part(one: object) -> AnyValue:
    if isinstance(text := part(one, "text"), str):
        return _text(text)
    kind = part(one, "type")
    return {"type": kind if isinstance(kind, str) else "unknown"}


def _said(role: str, text: str) -> AnyValue:
    return {"role": role, "parts": [_text(text)]}


def _text(text: str) -> AnyValue:
    return {"type": "text", "content": text}
