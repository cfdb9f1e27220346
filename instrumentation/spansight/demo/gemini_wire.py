"""The wire format of the Gemini API, as far as a scripted provider speaks it.  Pure.

A request is read as the chat that it is, so that what the provider answers is decided in one place.
Its model and what is wanted of it stand in the path: `models/gemini-2.5-flash:generateContent`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from spansight.demo.wire import Answer, Json, Request, Usage, spaced, vector

STREAMED: Final = "streamGenerateContent"

_ROLES: Final = {"user": "user", "model": "assistant"}
_REFUSALS: Final = {
    "invalid_request_error": (400, "INVALID_ARGUMENT"),
    "requests": (429, "RESOURCE_EXHAUSTED"),
    "server_error": (500, "INTERNAL"),
}
"""OpenAI's type of an error → code and status here."""


def chat(body: Mapping[str, Any]) -> Json:
    """Return the body of the chat completion that asks for the same."""
    system: list[Json] = [body["systemInstruction"]] if "systemInstruction" in body else []
    given = [{"role": "system", "content": _text(it)} for it in system]
    return {
        "messages": given + [message for it in body["contents"] for message in _messages(it)],
        "tools": [
            {"type": "function", "function": _function(it)}
            for tool in body.get("tools", ())
            for it in tool.get("functionDeclarations", ())
        ],
        # This API tells usage in every stream.
        "stream_options": {"include_usage": True},
    }


def texts(body: Mapping[str, Any]) -> Json:
    """Return the body of OpenAI's request for the same embeddings."""
    return {"input": [_text(it["content"]) for it in body["requests"]]}


def generated(answer: Answer) -> Json:
    """Return a whole answer."""
    part = _call(answer.tool_call) if answer.tool_call else {"text": answer.text}
    return _response(answer, [part], finished=True) | _told(answer.usage)


def chunks(answer: Answer) -> Iterator[Json]:
    """Yield an answer as a stream sends it: a word each, the last with the end and the usage."""
    parts = (
        [_call(answer.tool_call)]
        if answer.tool_call
        else [{"text": word} for word in spaced(answer.text)]
    )
    for number, part in enumerate(parts, 1):
        last = number == len(parts)
        told = _told(answer.usage) if last else {}
        yield _response(answer, [part], finished=last and answer.tells_finish) | told


def embedded(request: Request, answer: Answer) -> Json:
    """Return one vector a text; this API does not tell which model made them."""
    used = answer.usage
    usage = {"usageMetadata": {"promptTokenCount": used.input}} if used else {}
    return {"embeddings": [{"values": vector(text)} for text in request.body["input"]]} | usage


def refusal(error: Json) -> Json:
    """Return the body of an error from that of OpenAI."""
    said = error["error"]
    code, status = _REFUSALS[said["type"]]
    return {"error": {"code": code, "message": said["message"], "status": status}}


def _messages(content: Json) -> Iterator[Json]:
    """Yield one message of this API as those of a chat, where a tool's answer is one of its own."""
    for part in content["parts"]:
        if answered := part.get("functionResponse"):
            yield {"role": "tool", "content": json.dumps(answered["response"])}
        else:
            yield {"role": _ROLES[content.get("role", "user")], "content": part.get("text")}


def _text(content: Json) -> str:
    return "\n".join(part.get("text", "") for part in content["parts"])


def _function(declared: Json) -> Json:
    # The SDK writes both spellings, depending on how a tool was described to it.
    schema = declared.get("parametersJsonSchema") or declared.get("parameters_json_schema")
    return {"name": declared["name"], "parameters": schema or declared.get("parameters") or {}}


def _response(answer: Answer, parts: Sequence[Json], *, finished: bool) -> Json:
    # A call of a tool ends like a text.
    end = {"finishReason": "STOP"} if finished else {}
    content = {"role": "model", "parts": parts}
    return {
        "candidates": [{"content": content, "index": 0, **end}],
        "modelVersion": answer.model,
        "responseId": answer.id,
    }


def _call(tool_call: Json) -> Json:
    function = tool_call["function"]
    arguments = cast("Json", json.loads(function["arguments"]))
    return {"functionCall": {"id": tool_call["id"], "name": function["name"], "args": arguments}}


def _told(used: Usage | None) -> Json:
    # Cached input is part of the prompt; thoughts stand beside what the candidates say.
    if used is None:
        return {}
    usage = {
        "promptTokenCount": used.input,
        "candidatesTokenCount": used.output - used.reasoning,
        "totalTokenCount": used.input + used.output,
        **({"cachedContentTokenCount": used.cached} if used.cached else {}),
        **({"thoughtsTokenCount": used.reasoning} if used.reasoning else {}),
    }
    return {"usageMetadata": usage}
