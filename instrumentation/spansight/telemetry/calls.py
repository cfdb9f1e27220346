"""Calls to models that nobody instruments: a decorator makes any function one.

Where a client inside the function is instrumented after all, its spans are the calls, and the
function's is a step around them: no token is counted twice.
"""

import copy
import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final, Literal, ParamSpec, Self, TypeVar, cast, overload

from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.util.types import AnyValue, AttributeValue

from spansight.conventions import attributes, events
from spansight.settings import say
from spansight.telemetry.context import context
from spansight.telemetry.events import emit
from spansight.telemetry.guard import Guard
from spansight.telemetry.records import answers
from spansight.telemetry.replies import messages
from spansight.telemetry.replies.reply import Reply
from spansight.telemetry.scopes.parameters import Parameters
from spansight.telemetry.scopes.running import Running
from spansight.telemetry.scopes.scope import Arguments, Function, Named, Scope, around
from spansight.telemetry.scopes.traced import Traced, current
from spansight.telemetry.standard import captures_content

P = ParamSpec("P")
R = TypeVar("R")

Operation = Literal["chat", "text_completion", "generate_content", "embeddings"]

_READ: Final = {
    "model": (attributes.REQUEST_MODEL, str),
    "temperature": (attributes.REQUEST_TEMPERATURE, (int, float)),
    "max_tokens": (attributes.REQUEST_MAX_TOKENS, int),
}
"""Parameter of a function → the attribute that it is, and of what type."""


class Call(Traced):
    """One call of a decorated function."""

    def __init__(self, name: str, operation: Operation, told: Mapping[str, AttributeValue]) -> None:
        """Prepare it; `trace_llm_call` is the way to make one."""
        super().__init__(name, {attributes.STAGE: name}, SpanKind.CLIENT)
        self._operation: Final = operation
        self._told: Mapping[str, AttributeValue] = told
        self._asked: Mapping[str, object] = {}
        self._reply = Reply()
        self._pieces: list[str] = []

    def called(self, arguments: Mapping[str, object]) -> None:
        """Take what the function was called with."""
        read = {name: arguments.get(parameter) for parameter, (name, _) in _READ.items()}
        types = dict(_READ.values())
        said = {name: value for name, value in read.items() if isinstance(value, types[name])}
        self._told = {**cast("dict[str, AttributeValue]", said), **self._told}
        self._asked = arguments

    def __enter__(self) -> Self:
        self._reply, self._pieces = Reply(), []
        return super().__enter__()

    def yielded(self, item: object) -> None:
        """Take a chunk of a streamed answer."""
        self._reply.begin()
        with Guard("chunk of a call"):
            self.add(item)
            if _gathers() and (text := messages.piece(item)):
                self._pieces.append(text)

    def returned(self, result: object) -> None:
        """Take a whole answer."""
        with Guard("answer of a call"):
            self.add(result)
            if _gathers() and (text := messages.answered(result)):
                self._pieces = [text]

    def followed(self, running: Running, result: object) -> object | None:
        """Go on until a returned stream ends, unless the calls inside do that themselves."""
        with Guard("stream of a call"):
            if not self.calls and self._span.is_recording():
                # It costs the import of the official library, which only streams need.
                streams = import_module("spansight.telemetry.scopes.streams")
                return streams.follow(result, running)
        return None

    def add(self, piece: object) -> None:
        """Take what a response, or a part of one, says of itself."""
        if self._span.is_recording():
            self._reply.add(piece)

    def _ending(self, error: BaseException | None) -> Mapping[str, AttributeValue]:
        said = super()._ending(error)
        if error is not None and not isinstance(error, Exception | GeneratorExit):
            # Cancelled: the SDK takes that for no error, and the call has no answer all the same.
            said = {**said, attributes.ERROR_TYPE: type(error).__qualname__}
            self._span.set_status(Status(StatusCode.ERROR, type(error).__qualname__))
        if self.calls or self._reply.is_inside_a_call or not self._span.is_recording():
            return {**self._told, **said}
        self.notice()
        call = {**self._reply.told(self._operation), **self._told}
        self._span.update_name(
            f"{self._operation} {call.get(attributes.REQUEST_MODEL, '')}".strip()
        )
        self._emit_content(call)
        return {**call, **said}

    def _emit_content(self, call: Mapping[str, AttributeValue]) -> None:
        if not _gathers():
            return
        with Guard("content of a call"):
            content: dict[str, list[AnyValue]] = {
                attributes.SYSTEM_INSTRUCTIONS: messages.instructed(self._asked),
                attributes.INPUT_MESSAGES: messages.asked(self._asked),
                attributes.OUTPUT_MESSAGES: messages.answer("".join(self._pieces)),
            }
            known: dict[str, AnyValue] = {k: v for k, v in content.items() if v}
            answers.keep(self._span.get_span_context(), known)
            if not captures_content():
                return
            about = trace.set_span_in_context(self._span)
            emit(events.CONTENT, {**call, **known}, context=about)


@overload
def trace_llm_call(model: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def trace_llm_call(
    model: str | None = None,
    feature: str | None = None,
    *,
    provider: str | None = None,
    operation: Operation = "chat",
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def trace_llm_call(
    model: str | Callable[P, R] | None = None,
    feature: str | None = None,
    *,
    provider: str | None = None,
    operation: Operation = "chat",
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
    """Make every call of a function a call to a model, in traces, metrics and cost.

    The function may be plain, async, a generator or an async one, or return a stream; it stays what
    it is, and its exceptions pass unchanged.  What is not said here is read from its parameters
    `model`, `temperature` and `max_tokens`, and from the response it returns or the chunks it
    yields.  A provider is named as in `gen_ai.provider.name`; an unknown operation is one line on
    standard error, and counts as `chat`.
    """
    if callable(model):
        return _decorated(model, "chat", {}, None)
    if operation not in attributes.INFERENCE_OPERATIONS:
        known = ", ".join(attributes.INFERENCE_OPERATIONS)
        say(f"trace_llm_call(operation={operation!r}): expected one of {known}; using 'chat'")
        operation = "chat"
    told = {attributes.REQUEST_MODEL: model, attributes.PROVIDER_NAME: provider}
    said = {name: value for name, value in told.items() if value}

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        return _decorated(function, operation, said, feature)

    return decorate


def record_response(response: object) -> None:
    """Pass the response to the running call, where its function returns something else.

    It may have any shape that `trace_llm_call` reads; outside of a call nothing happens.
    """
    with Guard("response of a call"):
        around = current()
        while around is not None and not isinstance(around, Call):
            around = around.outer
        if around is not None:
            around.add(response)


def _gathers() -> bool:
    return captures_content() or answers.are_heard()


def _decorated(
    function: Callable[P, R],
    operation: Operation,
    said: Mapping[str, AttributeValue],
    feature: str | None,
) -> Callable[P, R]:
    prepared = Call(getattr(function, "__name__", "call"), operation, said)
    parameters = Parameters()

    def enter(wrapped: Function, args: Arguments, kwargs: Named) -> Scope:
        call = copy.copy(prepared)
        with Guard("arguments of a call"):
            call.called(_arguments(parameters.of(wrapped), args, kwargs))
        return call

    traced = around(function, enter)
    return traced if feature is None else context(feature=feature)(traced)


def _arguments(signature: inspect.Signature, args: Arguments, kwargs: Named) -> dict[str, object]:
    """Return the arguments by name, those of `**kwargs` among them."""
    bound = signature.bind_partial(*args, **kwargs)
    bound.apply_defaults()
    found: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        gathers = signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD
        found |= value if gathers else {name: value}
    return found
