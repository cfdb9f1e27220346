"""The wire format of Amazon Bedrock's runtime, as far as a scripted provider speaks it.  Pure.

Converse asks every model in the same words; InvokeModel passes on those of the model's own API, of
which Anthropic's messages and Titan's embeddings are known here.  The model stands in the path.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from spansight.demo import anthropic_wire
from spansight.demo.wire import Answer, Json, Operation, Request, Usage, spaced, vector

_METHODS: Final[Mapping[str, Operation]] = {
    "converse": "converse",
    "converse-stream": "converse",
    "invoke": "invoke",
    "invoke-with-response-stream": "invoke",
}
"""What its endpoints end with."""
STREAMED: Final = ("converse-stream", "invoke-with-response-stream")

_STOP_REASONS: Final = {"stop": "end_turn", "tool_calls": "tool_use"}
_REFUSALS: Final = {
    "invalid_request_error": "ValidationException",
    "requests": "ThrottlingException",
    "server_error": "InternalServerException",
}
"""OpenAI's type of an error → its name here."""
_EMBEDS: Final = "embed"
"""Part of the name of every model that makes vectors."""


def operation(method: str, model: str) -> Operation | None:
    """Return what a method asks of a model, None where there is no such method."""
    found = _METHODS.get(method)
    return "invoke_embedding" if found == "invoke" and _EMBEDS in model else found


def chat(body: Mapping[str, Any]) -> Json:
    """Return the body of the chat completion that asks for the same."""
    system: list[Json] = [
        {"role": "system", "content": it["text"]} for it in body.get("system", ())
    ]
    offered = body.get("toolConfig", {}).get("tools", ())
    return {
        "messages": system + [said for it in body["messages"] for said in _messages(it)],
        "tools": [{"type": "function", "function": _function(it["toolSpec"])} for it in offered],
        # This API tells usage in every stream.
        "stream_options": {"include_usage": True},
    }


def text(body: Mapping[str, Any]) -> Json:
    """Return the body of OpenAI's request for the same embedding."""
    return {"input": body["inputText"]}


def conversed(answer: Answer) -> Json:
    """Return a whole answer; this API tells neither its id nor which model gave it."""
    message = {"role": "assistant", "content": [_block(answer)]}
    return {"output": {"message": message}, "stopReason": _stop_reason(answer)} | _told(answer)


def events(answer: Answer) -> Iterator[Json]:
    """Yield an answer as a stream sends it: its role, one delta a word, the end, the usage."""
    yield {"messageStart": {"role": "assistant"}}
    if answer.tool_call:
        called = {"toolUseId": answer.tool_call["id"], "name": answer.tool_call["function"]["name"]}
        yield {"contentBlockStart": {"start": {"toolUse": called}, "contentBlockIndex": 0}}
    for delta in _deltas(answer):
        yield {"contentBlockDelta": {"delta": delta, "contentBlockIndex": 0}}
    yield {"contentBlockStop": {"contentBlockIndex": 0}}
    yield {"messageStop": {"stopReason": _stop_reason(answer)}}
    yield {"metadata": _told(answer)}


def payloads(answer: Answer) -> Iterator[Json]:
    """Yield the events of Anthropic's API as InvokeModel passes them on; the last has metrics."""
    for event in anthropic_wire.events(answer):
        metrics = _metrics(answer.usage) if event["type"] == "message_stop" else {}
        packed = base64.b64encode(json.dumps(event | metrics).encode()).decode()
        yield {"chunk": {"bytes": packed}}


def embedded(request: Request, answer: Answer) -> Json:
    """Return the vector of a text, as Titan does."""
    used = answer.usage
    usage = {"inputTextTokenCount": used.input} if used else {}
    return {"embedding": vector(str(request.body["input"]))} | usage


def refusal(error: Json) -> Json:
    """Return the body of an error from that of OpenAI."""
    said = error["error"]
    return {"__type": _REFUSALS[said["type"]], "message": said["message"]}


def counted(answer: Answer) -> Mapping[str, str]:
    """Return the headers that tell the tokens of an answer of InvokeModel, whatever its body."""
    used = answer.usage
    if used is None:
        return {}
    return {
        "X-Amzn-Bedrock-Input-Token-Count": str(used.input - used.cached),
        "X-Amzn-Bedrock-Output-Token-Count": str(used.output),
    }


def _messages(message: Json) -> Iterator[Json]:
    """Yield one message of this API as those of a chat, where a tool's answer is one of its own."""
    for block in message["content"]:
        if answered := block.get("toolResult"):
            yield {"role": "tool", "content": answered["content"]}
        else:
            yield {"role": message["role"], "content": block.get("text")}


def _function(tool: Json) -> Json:
    return {"name": tool["name"], "parameters": tool["inputSchema"]["json"]}


def _block(answer: Answer) -> Json:
    if not answer.tool_call:
        return {"text": answer.text}
    function = answer.tool_call["function"]
    arguments = cast("Json", json.loads(function["arguments"]))
    called = {"toolUseId": answer.tool_call["id"], "name": function["name"], "input": arguments}
    return {"toolUse": called}


def _deltas(answer: Answer) -> Sequence[Json]:
    if answer.tool_call:
        return [{"toolUse": {"input": answer.tool_call["function"]["arguments"]}}]
    return [{"text": word} for word in spaced(answer.text)]


def _stop_reason(answer: Answer) -> str:
    return _STOP_REASONS[answer.finish_reason]


def _told(answer: Answer) -> Json:
    used = answer.usage
    return {"usage": _usage(used), "metrics": {"latencyMs": 1}} if used else {}


def _usage(used: Usage) -> Json:
    # Cached input stands beside the rest here, not inside it.
    return {
        "inputTokens": used.input - used.cached,
        "outputTokens": used.output,
        "totalTokens": used.input + used.output,
        "cacheReadInputTokens": used.cached,
        "cacheWriteInputTokens": 0,
    }


def _metrics(used: Usage | None) -> Json:
    if used is None:
        return {}
    told = {
        "inputTokenCount": used.input - used.cached,
        "outputTokenCount": used.output,
        "cacheReadInputTokenCount": used.cached,
    }
    return {"amazon-bedrock-invocationMetrics": told}
