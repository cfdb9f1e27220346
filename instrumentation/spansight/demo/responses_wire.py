"""The wire format of OpenAI's Responses API: whole answers, and the events of a stream.  Pure."""

from collections.abc import Iterator
from typing import Any

from spansight.demo.wire import CREATED, Answer, Json, Request, spaced


def response(request: Request, answer: Answer) -> Json:
    """Return a whole answer; of one made in the background, only that it will be."""
    if request.body.get("background"):
        return _envelope(request, answer) | {"status": "queued", "output": [], "usage": None}
    return _envelope(request, answer) | {
        "status": "completed",
        "output": [_item(answer)],
        "usage": answer.usage.responses() if answer.usage else None,
    }


def events(request: Request, answer: Answer) -> Iterator[Json]:
    """Yield an answer as a stream sends it: created, one event a word, completed with usage."""
    for number, event in enumerate(_events(request, answer)):
        yield event | {"sequence_number": number}


def _events(request: Request, answer: Answer) -> Iterator[Json]:
    begun: Json = _envelope(request, answer) | {
        "status": "in_progress",
        "output": [],
        "usage": None,
    }
    item = _item(answer)
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    yield {
        "type": "response.output_item.added",
        "output_index": 0,
        "item": item | _emptied(item) | {"status": "in_progress"},
    }
    place = {"item_id": item["id"], "output_index": 0}
    yield from _arguments(item, place) if answer.tool_call else _words(answer, item, place)
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}
    yield {"type": "response.completed", "response": response(request, answer)}


def _arguments(item: Json, place: Json) -> Iterator[Json]:
    said = item["arguments"]
    yield {"type": "response.function_call_arguments.delta", **place, "delta": said}
    yield {
        "type": "response.function_call_arguments.done",
        **place,
        "name": item["name"],
        "arguments": said,
    }


def _words(answer: Answer, item: Json, place: Json) -> Iterator[Json]:
    place = place | {"content_index": 0}
    (part,) = item["content"]
    yield {"type": "response.content_part.added", **place, "part": part | {"text": ""}}
    for word in spaced(answer.text):
        yield {"type": "response.output_text.delta", **place, "delta": word, "logprobs": []}
    yield {"type": "response.output_text.done", **place, "text": answer.text, "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": part}


def _emptied(item: Json) -> Json:
    return {"arguments": ""} if "arguments" in item else {"content": []}


def _item(answer: Answer) -> Json:
    if answer.tool_call:
        function: dict[str, Any] = answer.tool_call["function"]
        return {
            "id": "fc_1",
            "type": "function_call",
            "call_id": answer.tool_call["id"],
            "name": function["name"],
            "arguments": function["arguments"],
            "status": "completed",
        }
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": answer.text, "annotations": []}],
    }


def _envelope(request: Request, answer: Answer) -> Json:
    return {
        "id": answer.id,
        "object": "response",
        "created_at": CREATED,
        "model": answer.model,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": request.body.get("tools") or [],
    }
