# ruff: noqa: ANN401 - a repair works on what upstream keeps to itself
# pyright: reportPrivateUsage=false, reportMissingTypeStubs=false, reportUnknownVariableType=false
"""Completions before chat: OpenTelemetry's instrumentor skips them, OpenLLMetry's breaks them.

The latter hands a generator out where the client returns a stream, so that `with`, `close()` and
`.response` are gone.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from openai.types import Completion
from opentelemetry.instrumentation.genai.openai._raw_response import (
    StreamWrapperFactory,
    wrap_stream_result,
)
from opentelemetry.instrumentation.genai.openai.utils import (
    get_server_address_and_port,
    get_value,
    set_chat_usage,
)
from opentelemetry.util.genai.handler import TelemetryHandler
from opentelemetry.util.genai.invocation import InferenceInvocation
from opentelemetry.util.genai.stream import AsyncStreamWrapper, SyncStreamWrapper
from opentelemetry.util.genai.types import InputMessage, OutputMessage, TextPart

from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs import raw, services
from spansight.telemetry.instrumentors.repairs.dropped import is_left
from spansight.telemetry.instrumentors.repairs.endings import UnfinishedStreamError, is_marked
from spansight.telemetry.instrumentors.repairs.handlers import handler_of
from spansight.telemetry.instrumentors.repairs.patches import Patches, Wrapper
from spansight.telemetry.instrumentors.repairs.requests import streams

MODULE: Final = "openai.resources.completions"

_OPTIONS: Final = (
    "temperature",
    "top_p",
    "max_tokens",
    "seed",
    "frequency_penalty",
    "presence_penalty",
)
"""Named alike by the client and by the invocation."""


def apply(patches: Patches, kwargs: Mapping[str, Any]) -> None:
    """Trace them."""
    handler = handler_of(kwargs)
    patches.wrap(MODULE, "Completions.create", _traced(handler))
    patches.wrap(MODULE, "AsyncCompletions.create", _traced_async(handler))


def _traced(handler: TelemetryHandler) -> Wrapper:
    def create(
        wrapped: Callable[..., Any], instance: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> object:
        invocation = _begun(handler, instance, kwargs)
        try:
            result = wrapped(*args, **kwargs)
        except BaseException as error:
            invocation.fail(error)
            raise
        return _done(invocation, result, kwargs, _TextStream)

    return create


def _traced_async(handler: TelemetryHandler) -> Wrapper:
    async def create(
        wrapped: Callable[..., Awaitable[Any]],
        instance: object,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> object:
        invocation = _begun(handler, instance, kwargs)
        try:
            result = await wrapped(*args, **kwargs)
        except BaseException as error:
            invocation.fail(error)
            raise
        return _done(invocation, result, kwargs, _AsyncTextStream)

    return create


def _begun(
    handler: TelemetryHandler, instance: object, asked: Mapping[str, Any]
) -> InferenceInvocation:
    address, port = get_server_address_and_port(instance)
    invocation = handler.inference(
        services.behind(instance),
        operation_name="text_completion",
        request_model=get_value(asked.get("model")),
        server_address=address,
        server_port=port,
    )
    with Guard("completion"):
        invocation.request_stream = streams(asked)
        for name in _OPTIONS:
            setattr(invocation, name, get_value(asked.get(name)))
        stop = get_value(asked.get("stop"))
        invocation.stop_sequences = [stop] if isinstance(stop, str) else stop
        prompt = asked.get("prompt")
        if handler.should_capture_content() and isinstance(prompt, str):
            invocation.input_messages = [InputMessage(role="user", parts=[TextPart(prompt)])]
    return invocation


def _done(
    invocation: InferenceInvocation,
    result: Any,
    asked: Mapping[str, Any],
    stream: StreamWrapperFactory,
) -> object:
    if get_value(asked.get("stream")):
        return wrap_stream_result(stream, result, invocation, invocation.should_capture_content)

    def tell(answer: object) -> None:
        with Guard("completion"):
            if isinstance(answer, Completion):
                answered = _Answer(invocation, captures_content=invocation.should_capture_content)
                answered.take(answer)
                answered.give()

    if hasattr(result, "http_response"):
        raw.read(invocation, result.http_response, Completion, tell)
    else:
        tell(result)
    invocation.stop()
    return result


class _Answer:
    """What is told of an answer: whole, or chunk by chunk."""

    def __init__(self, invocation: InferenceInvocation, *, captures_content: bool) -> None:
        self._invocation: Final = invocation
        self._captures_content: Final = captures_content
        self._texts: Final[dict[int, list[str]]] = defaultdict(list)
        self.reasons: Final[dict[int, str]] = {}

    def take(self, chunk: Completion) -> None:
        invocation = self._invocation
        invocation.response_id = chunk.id
        invocation.response_model_name = chunk.model
        if chunk.usage is not None:
            set_chat_usage(invocation, chunk.usage)
        for choice in chunk.choices:
            if choice.finish_reason:
                self.reasons[choice.index] = choice.finish_reason
            if self._captures_content:
                self._texts[choice.index].append(choice.text)

    def give(self) -> None:
        self._invocation.finish_reasons = list(self.reasons.values())
        self._invocation.output_messages = [
            OutputMessage(role="assistant", parts=[TextPart("".join(texts))])
            for texts in self._texts.values()
        ]


class _Ending:
    """The hooks of both stream wrappers."""

    _self_answer: _Answer
    _self_invocation: InferenceInvocation

    def _process_chunk(self, chunk: object) -> None:
        with Guard("completion chunk"):
            if isinstance(chunk, Completion):
                self._self_answer.take(chunk)

    def _on_stream_end(self) -> None:
        finished = self._self_answer.reasons or is_left(self) or is_marked(self)
        self._end(None if finished else UnfinishedStreamError())

    def _on_stream_error(self, error: BaseException) -> None:
        self._end(error)

    def _end(self, error: BaseException | None) -> None:
        self._self_answer.give()
        if error is None:
            self._self_invocation.stop()
        else:
            self._self_invocation.fail(error)


class _TextStream(_Ending, SyncStreamWrapper[Completion]):
    def __init__(self, stream: Any, invocation: Any, capture_content: bool) -> None:  # noqa: FBT001 - upstream's signature
        super().__init__(stream, invocation=invocation)
        invocation.suspend()
        self._self_answer = _Answer(invocation, captures_content=capture_content)


class _AsyncTextStream(_Ending, AsyncStreamWrapper[Completion]):
    def __init__(self, stream: Any, invocation: Any, capture_content: bool) -> None:  # noqa: FBT001 - upstream's signature
        super().__init__(stream, invocation=invocation)
        invocation.suspend()
        self._self_answer = _Answer(invocation, captures_content=capture_content)
