"""A scope that is a span, and knows which calls to models were made inside it.

A step around an instrumented call must not count it again, and a step around any other client
must count it: only the step can tell, and only because every call inside is noticed here.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from weakref import WeakValueDictionary

from opentelemetry import trace
from opentelemetry.context import Context, attach, create_key, get_value, set_value
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes
from spansight.settings import say
from spansight.telemetry.guard import Guard
from spansight.telemetry.scopes.current import restore
from spansight.telemetry.scopes.scope import Scope

if TYPE_CHECKING:
    from contextvars import Token

    _Entry = tuple[trace.Span, Token[Context] | None, "_Entry | None"]

_KEY: Final = create_key("spansight-traced")


class Traced(Scope):
    """One span at a time; as a decorator it makes a span a call."""

    def __init__(
        self, name: str, said: Mapping[str, AttributeValue], kind: SpanKind = SpanKind.INTERNAL
    ) -> None:
        """Prepare a span that says this from its start."""
        self.name: Final = name
        self.calls = 0
        """Calls to models made inside, so far."""
        self.outer: Traced | None = None
        self._said: Final = said
        self._kind: Final = kind
        self._span: trace.Span = trace.INVALID_SPAN
        self._token: Token[Context] | None = None
        self._around: _Entry | None = None
        """What it was entered with before, where it is open more than once."""

    def __enter__(self) -> Self:
        with Guard("start of a span"):
            if id(self) in _open:
                say(f"{self.name!r} is entered while it is open; expected one for each block")
                self._around = (self._span, self._token, self._around)
            else:
                # Entered again inside itself, it would be around itself.
                self.calls, self.outer, self._around = 0, current(), None
            self._span = trace.get_tracer("spansight").start_span(
                self.name, kind=self._kind, attributes=self._starting()
            )
            self._token = attach(trace.set_span_in_context(self._span, set_value(_KEY, self)))
            _open[id(self)] = self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace_back: TracebackType | None,
    ) -> None:
        if self._around is None:
            _open.pop(id(self), None)
        try:
            self.tell(error)
            self._end(error)
        finally:
            if self._token is not None:
                restore(self._token)
            if self._around is not None:
                self._span, self._token, self._around = self._around

    def tell(self, error: BaseException | None = None) -> None:
        """Say on the span what is known at its end."""
        with Guard("end of a span"):
            said = self._ending(error)
            if self._span.is_recording():
                self._span.set_attributes(said)

    def _end(self, error: BaseException | None) -> None:
        # A span that was open when its process ended has ended by now.
        if not self._span.is_recording():
            return
        if isinstance(error, Exception):
            said = f"{type(error).__name__}: {message(error)}"
            with Guard("status of a span"):
                self._span.set_status(StatusCode.ERROR, said)
            with Guard("exception of a span"):
                self._span.record_exception(error)
        with Guard("end of a span"):
            self._span.end()

    def notice(self) -> None:
        """Count a call to a model, here and in every scope around."""
        self.calls += 1
        if self.outer is not None:
            self.outer.notice()

    def _starting(self) -> Mapping[str, AttributeValue]:
        """Return what the span says from its start."""
        return self._said

    def _ending(self, error: BaseException | None) -> Mapping[str, AttributeValue]:
        """Return what the span says at its end."""
        if isinstance(error, Exception):
            return {attributes.ERROR_TYPE: qualified(type(error))}
        return {}


_open: Final[WeakValueDictionary[int, Traced]] = WeakValueDictionary()
"""Those that are entered and not left; an abandoned one belongs to the garbage collector."""


def tell_open() -> None:
    """Let every scope that is still open say what it knows: its process ends first."""
    for scope in [reference() for reference in _open.valuerefs()]:
        if scope is not None:
            scope.tell()


def current(context: Context | None = None) -> Traced | None:
    """Return the innermost scope that is open here."""
    found = get_value(_KEY, context)
    return found if isinstance(found, Traced) else None


def notice_call(context: Context | None = None) -> None:
    """Tell every scope around that a call to a model is made inside it."""
    if (around := current(context)) is not None:
        around.notice()


def message(error: BaseException) -> str:
    """Return what an error says of itself; nothing where asking it raises another one."""
    with Guard("message of an error"):
        return str(error)
    return ""


def qualified(kind: type[BaseException]) -> str:
    """Return the error type as error.type has it: builtins without their module."""
    prefix = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return prefix + kind.__qualname__
