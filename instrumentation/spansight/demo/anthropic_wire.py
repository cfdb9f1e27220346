"""The wire format of Anthropic's Messages API, as far as a scripted provider speaks it.  Pure.

A request is read as the chat that it is, so that what the provider answers is decided in one place.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from spansight.demo.wire import Answer, Json, Usage, spaced

_STOP_REASONS: Final = {"stop": "end_turn", "tool_calls": "tool_use"}
_ERROR_TYPES: Final = {"requests": "rate_limit_error", "server_error": "api_error"}


def chat(body: Mapping[str, Any]) -> Json:
    """Return the body of the chat completion that asks for the same."""
    system: list[Json] = [{"role": "system", "content": it} for it in [body.get("system")] if it]
    messages = [chatted for message in body["messages"] for chatted in _messages(message)]
    return {
        "model": body["model"],
        "messages": system + messages,
        "tools": [{"type": "function", "function": _function(it)} for it in body.get("tools", ())],
        "stream": bool(body.get("stream")),
        # This API tells usage in every stream.
        "stream_options": {"include_usage": True},
    }


def message(answer: Answer) -> Json:
    """Return a whole answer."""
    usage = {"usage": _usage(answer.usage)} if answer.usage else {}
    return _envelope(answer, [_block(answer)], _stop_reason(answer)) | usage


def events(answer: Answer) -> Iterator[Json]:
    """Yield an answer as a stream sends it: the envelope, one delta a word, the end and the usage.

    Input is told at the start, output in total at the end.
    """
    block = _block(answer)
    usage = _usage(answer.usage) if answer.usage else {}
    yield {
        "type": "message_start",
        "message": _envelope(answer, [], None) | {"usage": usage | {"output_tokens": 1}},
    }
    empty: Json = {"input": {}} if answer.tool_call else {"text": ""}
    yield {"type": "content_block_start", "index": 0, "content_block": block | empty}
    for delta in _deltas(answer):
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": _stop_reason(answer), "stop_sequence": None},
        "usage": {"output_tokens": usage.get("output_tokens", 0)},
    }
    yield {"type": "message_stop"}


def refusal(error: Json) -> Json:
    """Return the body of an error from that of OpenAI."""
    said = error["error"]
    return {
        "type": "error",
        "error": {"type": _ERROR_TYPES.get(said["type"], said["type"]), "message": said["message"]},
    }


def _messages(message: Json) -> Iterator[Json]:
    """Yield one message of this API as those of a chat, where a tool's answer is one of its own."""
    content: str | Sequence[Json] = message["content"]
    if isinstance(content, str):
        yield message
        return
    for block in content:
        role = "tool" if block["type"] == "tool_result" else message["role"]
        yield {"role": role, "content": block.get("content") or block.get("text")}


def _function(tool: Json) -> Json:
    return {"name": tool["name"], "parameters": tool.get("input_schema", {})}


def _envelope(answer: Answer, content: Sequence[Json], stop_reason: str | None) -> Json:
    return {
        "id": answer.id,
        "type": "message",
        "role": "assistant",
        "model": answer.model,
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
    }


def _block(answer: Answer) -> Json:
    if not answer.tool_call:
        return {"type": "text", "text": answer.text}
    function = answer.tool_call["function"]
    arguments = cast("Json", json.loads(function["arguments"]))
    called = {"id": answer.tool_call["id"], "name": function["name"], "input": arguments}
    return {"type": "tool_use"} | called


def _deltas(answer: Answer) -> Iterator[Json]:
    if answer.tool_call:
        arguments = answer.tool_call["function"]["arguments"]
        yield {"type": "input_json_delta", "partial_json": arguments}
        return
    for word in spaced(answer.text):
        yield {"type": "text_delta", "text": word}


def _stop_reason(answer: Answer) -> str:
    return _STOP_REASONS[answer.finish_reason]


def _usage(used: Usage) -> Json:
    # Cached input stands beside the rest here, not inside it.
    return {
        "input_tokens": used.input - used.cached,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": used.cached,
        "output_tokens": used.output,
    }
