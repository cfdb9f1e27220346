"""The wire format of Gemini's interactions, as far as a scripted provider speaks it.  Pure.

A request is read as the chat that it is, so that what the provider answers is decided in one place.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from spansight.demo.wire import Answer, Json, Usage, spaced

_STATUSES: Final = {"stop": "completed", "tool_calls": "requires_action"}


def chat(body: Mapping[str, Any]) -> Json:
    """Return the body of the chat completion that asks for the same."""
    system: list[Json] = [
        {"role": "system", "content": it} for it in [body.get("system_instruction")] if it
    ]
    given: str | Sequence[Json] = body["input"]
    steps = [{"type": "text", "text": given}] if isinstance(given, str) else given
    return {
        "messages": system + [_message(step) for step in steps],
        "tools": [{"type": "function", "function": it} for it in body.get("tools", ())],
        "stream": bool(body.get("stream")),
        # This API tells usage in every stream.
        "stream_options": {"include_usage": True},
    }


def interaction(answer: Answer) -> Json:
    """Return a whole answer."""
    return _interaction(answer, _STATUSES[answer.finish_reason], answer.usage) | {
        "steps": [_step(answer)]
    }


def events(answer: Answer) -> Iterator[Json]:
    """Yield an answer as a stream sends it: its one step, a delta a word, the end and the usage."""
    step = _step(answer)
    empty: Json = {"arguments": {}} if answer.tool_call else {"content": []}
    yield _event("interaction.created", interaction=_interaction(answer, "in_progress"))
    yield _event("step.start", index=0, step=step | empty)
    for delta in _deltas(answer):
        yield _event("step.delta", index=0, delta=delta)
    yield _event("step.stop", index=0)
    ended = _interaction(answer, _STATUSES[answer.finish_reason], answer.usage)
    yield _event("interaction.completed", interaction=ended)


def _message(step: Json) -> Json:
    """Return one step as a message of a chat, where a tool's answer is one of its own."""
    if step["type"] == "function_result":
        return {"role": "tool", "content": step["result"]}
    role = "assistant" if step["type"] == "model_output" else "user"
    return {"role": role, "content": step.get("content") or step.get("text")}


def _event(kind: str, **said: object) -> Json:
    return {"event_type": kind, **said}


def _interaction(answer: Answer, status: str, used: Usage | None = None) -> Json:
    known = {"id": answer.id, "object": "interaction", "model": answer.model, "status": status}
    return known | ({"usage": _usage(used)} if used else {})


def _step(answer: Answer) -> Json:
    if not answer.tool_call:
        return {"type": "model_output", "content": [{"type": "text", "text": answer.text}]}
    function = answer.tool_call["function"]
    arguments = cast("Json", json.loads(function["arguments"]))
    called = {"id": answer.tool_call["id"], "name": function["name"], "arguments": arguments}
    return {"type": "function_call"} | called


def _deltas(answer: Answer) -> Iterator[Json]:
    if answer.tool_call:
        arguments = answer.tool_call["function"]["arguments"]
        yield {"type": "arguments_delta", "arguments": arguments}
        return
    for word in spaced(answer.text):
        yield {"type": "text", "text": word}


def _usage(used: Usage) -> Json:
    # Cached input is part of the input; thoughts stand beside the output.
    return {
        "total_input_tokens": used.input,
        "total_cached_tokens": used.cached,
        "total_output_tokens": used.output - used.reasoning,
        "total_thought_tokens": used.reasoning,
        "total_tokens": used.input + used.output,
    }
