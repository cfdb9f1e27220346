# ruff: noqa: ANN401 - a repair works on what upstream keeps to itself
# pyright: reportMissingTypeArgument=false, reportUnknownMemberType=false
"""OpenLLMetry's spans in today's conventions, translated while they are written.

Its packages get a tracer whose spans take what they are told in their own words and keep it in the
conventions' words; what must not be kept never reaches the span.  Nothing has to be renamed, or
removed, behind the back of an exporter.
"""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, cast
from urllib.parse import urlsplit

import wrapt
from opentelemetry import trace
from opentelemetry.trace import Span, Status, StatusCode
from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes
from spansight.telemetry.guard import Guard
from spansight.telemetry.instrumentors.repairs.exceptions import record, type_of
from spansight.telemetry.records import answers
from spansight.telemetry.records.content import CHUNK_EVENT
from spansight.telemetry.standard import captures_content

STARTED: Final[ContextVar[list["Translated"] | None]] = ContextVar("started", default=None)
"""The spans that a call has started so far, where someone is to end those it leaves open."""

RENAMED: Final = {
    "gen_ai.usage.reasoning_tokens": attributes.REASONING_TOKENS,
    "gen_ai.usage.cache_creation.input_tokens": attributes.CACHE_WRITE_TOKENS,
    "gen_ai.usage.cache_creation_input_tokens": attributes.CACHE_WRITE_TOKENS,
    "gen_ai.usage.cache_read_input_tokens": attributes.CACHE_READ_TOKENS,
    "gen_ai.request.reasoning_effort": attributes.REQUEST_REASONING_LEVEL,
    "gen_ai.openai.response.system_fingerprint": attributes.OPENAI_SYSTEM_FINGERPRINT,
}
DROPPED: Final = frozenset(
    {
        "gen_ai.headers",  # whatever the application sends, `Authorization` included
        "gen_ai.user",  # a user leaves as a keyed hash only
        "gen_ai.usage.total_tokens",  # the sum of what is told
        "gen_ai.openai.api_version",
        "gen_ai.request.reasoning_summary",
        "gen_ai.response.reasoning_effort",
    }
)
_PARTS: Final = (
    attributes.CACHE_READ_TOKENS,
    attributes.CACHE_WRITE_TOKENS,
    attributes.REASONING_TOKENS,
)
"""Told only where there are some: OpenLLMetry tells zero of calls that know no such part."""

_MODEL_OPERATIONS: Final = ("chat", "embeddings", "text_completion")
"""Operations whose spans are named after their model, and after nothing else where none is told."""
_KEPT: Final = (bool, str, bytes, int, float, Sequence)
_FINISH_REASONS: Final = {"tool_call": "tool_calls"}
"""OpenLLMetry's word → the provider's, which the conventions ask for."""

Values = Mapping[str, AttributeValue]


def _server(url: AttributeValue) -> Values:
    parts = urlsplit(str(url))
    port = {} if parts.port in (None, 443) else {attributes.SERVER_PORT: parts.port}
    return {attributes.SERVER_ADDRESS: parts.hostname, **port} if parts.hostname else {}


def _streamed(value: AttributeValue) -> Values:
    return {attributes.REQUEST_STREAM: True} if value else {}


def _reasons(value: AttributeValue) -> Values:
    given = value if isinstance(value, list | tuple) else [value]
    return {
        attributes.RESPONSE_FINISH_REASONS: [_FINISH_REASONS.get(str(v), str(v)) for v in given]
    }


REWRITTEN: Final[Mapping[str, Callable[[AttributeValue], Values]]] = {
    "gen_ai.is_streaming": _streamed,
    "gen_ai.openai.api_base": _server,
    "gen_ai.request.structured_output_schema": lambda _: {attributes.OUTPUT_TYPE: "json"},
    attributes.RESPONSE_FINISH_REASONS: _reasons,
}


def translated(key: str, value: AttributeValue) -> Values:
    """Return what a span keeps of an attribute."""
    if key in DROPPED or not isinstance(value, _KEPT):
        return {}
    if rewrite := REWRITTEN.get(key):
        return rewrite(value)
    return {RENAMED.get(key, key): value}


class Translation(trace.TracerProvider):
    """A provider whose tracers translate."""

    def __init__(self, provider: trace.TracerProvider | None) -> None:
        """Translate for a provider, or for the global one."""
        self._provider: Final = provider

    def get_tracer(
        self,
        instrumenting_module_name: str,
        instrumenting_library_version: str | None = None,
        schema_url: str | None = None,
        attributes: Values | None = None,  # pyright: ignore[reportRedeclaration] - upstream's name
    ) -> trace.Tracer:
        """Return a tracer."""
        provider = self._provider or trace.get_tracer_provider()
        return _Tracer(
            provider.get_tracer(
                instrumenting_module_name, instrumenting_library_version, schema_url, attributes
            )
        )


class _Tracer(trace.Tracer):
    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer: Final = tracer

    def start_span(self, name: str, *args: Any, **kwargs: Any) -> Span:
        return cast("Span", self._started(name, *args, **kwargs))

    @contextmanager
    def start_as_current_span(  # pyright: ignore[reportIncompatibleMethodOverride] - upstream's kind of context manager is private
        self, name: str, *args: Any, **kwargs: Any
    ) -> Generator[Span]:
        started = self._started(name, *args, **kwargs)
        span = cast("Span", started)
        try:
            with trace.use_span(span, record_exception=False, set_status_on_exception=False):
                yield span
        except BaseException as error:
            started.fail(error)
            raise
        finally:
            started.end()

    def _started(self, name: str, *args: Any, **kwargs: Any) -> "Translated":
        span = Translated(self._tracer.start_span(name, *args, **kwargs))
        if (started := STARTED.get()) is not None:
            started.append(span)
        return span


class Translated(wrapt.ObjectProxy):
    """A span that is told things in OpenLLMetry's words."""

    def __init__(self, span: Span) -> None:
        """Write to a span."""
        super().__init__(span)
        self._self_ended = False
        self._self_started_ns = time.time_ns()
        self._self_said: dict[str, AttributeValue] = dict(getattr(span, "attributes", None) or {})

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        """Keep an attribute in the conventions' words."""
        with Guard("translation of an attribute"):
            for name, kept in translated(key, value).items():
                self._keep(name, kept)

    def set_attributes(self, attributes: Values) -> None:
        """Keep several."""
        for key, value in attributes.items():
            self.set_attribute(key, value)

    def add_event(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Add an event; of the chunks of a stream, keep only when the first one came."""
        if name != CHUNK_EVENT:
            self.__wrapped__.add_event(name, *args, **kwargs)
        elif attributes.TIME_TO_FIRST_CHUNK not in self._self_said:
            self._keep(
                attributes.TIME_TO_FIRST_CHUNK, (time.time_ns() - self._self_started_ns) / 1e9
            )

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        """Set an error; the conventions leave a success unset."""
        code = status.status_code if isinstance(status, Status) else status
        if code is not StatusCode.OK:
            self.__wrapped__.set_status(status, description)

    def record_exception(self, exception: BaseException, *_: Any, **__: Any) -> None:
        """Emit an exception as the event of its own that it has become.

        One whose text cannot be had goes on from here: upstream asks for the text next, and the
        error of that would reach the application in place of its own.
        """
        if self._self_ended:
            return
        self._keep(attributes.ERROR_TYPE, type_of(exception))
        record(exception, trace.set_span_in_context(cast("Span", self)))
        with Guard("message of an error") as guard:
            str(exception)
        if guard.error is not None:
            self.set_status(StatusCode.ERROR)
            self.end()
            raise exception

    def fail(self, error: BaseException) -> None:
        """End a span that nobody else will."""
        if not self._self_ended:
            self.record_exception(error)
            self.set_status(StatusCode.ERROR, str(error))
            self.end()

    def end(self, end_time: int | None = None) -> None:
        """End the span, once."""
        if not self._self_ended:
            self._self_ended = True
            if self.__wrapped__.is_recording():
                self._name()
                self._keep_answer()
                self.__wrapped__.end(end_time)

    def _name(self) -> None:
        operation = self._self_said.get(attributes.OPERATION_NAME)
        if operation in _MODEL_OPERATIONS and attributes.REQUEST_MODEL not in self._self_said:
            self.__wrapped__.update_name(str(operation))

    def _keep_answer(self) -> None:
        with Guard("content of a call"):
            said = {
                key: self._self_said[key] for key in attributes.CONTENT if key in self._self_said
            }
            answers.keep(cast("Span", self).get_span_context(), said)

    def _keep(self, name: str, value: AttributeValue) -> None:
        # Whatever is told after the end, such as when a held stream is dropped at exit, is late.
        if (name in _PARTS and not value) or not self.__wrapped__.is_recording():
            return
        self._self_said[name] = value
        if name in attributes.CONTENT and not captures_content():
            return
        self.__wrapped__.set_attribute(name, value)
        operation = self._self_said.get(attributes.OPERATION_NAME)
        if name == attributes.REQUEST_MODEL and operation:
            self.__wrapped__.update_name(f"{operation} {value}")
