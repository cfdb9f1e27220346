"""Finished calls, with what was asked and said, for whoever judges them in this process.

Nothing here leaves it: instrumentors gather content as soon as somebody listens, captured or not,
and hand it over here, beside the spans and events that are sent.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from opentelemetry.trace import SpanContext

from spansight.conventions import attributes, environment, labels
from spansight.settings import Settings, say
from spansight.telemetry.guard import Guard
from spansight.telemetry.records.ledger import Ledger
from spansight.telemetry.replies import results
from spansight.telemetry.scopes.nesting import is_call

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

V = TypeVar("V")

_JUDGES: Final = "spansight.evals.online"
"""Who listens where SPANSIGHT_EVALUATE says so: a plug-in, which only that makes us load."""

_MOST_KEPT: Final = 2000
"""Calls and traces whose content waits for its span to end; more are more than run at once."""

ledger: Final = Ledger(labels.ANSWERS)
"""What became of the calls that a listener was told."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A call that has ended."""

    span: "ReadableSpan"
    content: Mapping[str, object]
    """Messages by the attribute that would hold them, in whatever shape they were gathered."""
    contexts: tuple[str, ...] | None
    """The passages that its trace had found by then, best first; None where no step told."""


@dataclass(frozen=True, slots=True)
class Listener:
    """What whoever judges answers is called for."""

    hear: Callable[[Finished], object]
    """Called at the end of each call, on the call's thread: it is to return at once."""
    finish: Callable[[], object]
    """Called before a flush: it turns what waits into events, and bounds the time itself."""
    after_fork: Callable[[], object]
    """Called in a forked child."""


class _Kept(Generic[V]):
    """The latest of each key; the oldest keys give way."""

    def __init__(self) -> None:
        self._values: dict[int, V] = {}

    def put(self, key: int, value: V) -> None:
        while len(self._values) >= _MOST_KEPT:
            self._values.pop(next(iter(self._values)), None)
        self._values[key] = value

    def get(self, key: int) -> V | None:
        return self._values.get(key)

    def pop(self, key: int) -> V | None:
        return self._values.pop(key, None)

    def clear(self) -> None:
        self._values.clear()


_listener: Listener | None = None
_said: Final = _Kept[Mapping[str, object]]()
_found: Final = _Kept[tuple[str, ...]]()


def listen(listener: Listener | None) -> None:
    """Let one listener hear every call from now on, in place of the one before, or none."""
    global _listener  # noqa: PLW0603 - the one installed handler
    _listener = listener
    _said.clear()
    _found.clear()


def are_heard() -> bool:
    """Whether somebody listens, so that content is worth gathering."""
    return _listener is not None


def start(settings: Settings) -> None:
    """Let the calls be judged that the environment asks for."""
    if not settings.evaluate:
        return
    with Guard("start of evaluation") as guard:
        import_module(_JUDGES).start_from(settings)
    if guard.error is not None:
        name = environment.EVALUATE.name
        say(f"{name}={settings.evaluate!r}: {guard.error!r}; nothing is evaluated")


def keep(span: SpanContext, content: Mapping[str, object]) -> None:
    """Keep the messages of a call until its span ends."""
    if _listener is not None and content:
        _said.put(span.span_id, content)


def keep_found(span: SpanContext, passages: Collection[object]) -> None:
    """Keep the texts that a step has found for the calls that follow it in its trace."""
    if _listener is None:
        return
    with Guard("passages of a step"):
        texts = tuple(text for one in passages if (text := _text(one)) is not None)
        if texts or not passages:
            _found.put(span.trace_id, texts)


def finish() -> None:
    """Let what waits be judged before a flush."""
    if _listener is not None:
        _listener.finish()


def after_fork() -> None:
    """Leave the parent's calls to the parent."""
    ledger.forget()
    _said.clear()
    _found.clear()
    if _listener is not None:
        _listener.after_fork()


def hear(span: "ReadableSpan") -> None:
    """Tell the listener of a call that has ended, but not of one inside another, nor a judge's."""
    listener, context = _listener, span.context
    if listener is None or context is None or not is_call(span):
        return
    content = _said.pop(context.span_id)
    said = span.attributes or {}
    if said.keys() & _NOT_JUDGED or said.get(attributes.FEATURE) == labels.JUDGING:
        return
    if content is None:
        content = {key: said[key] for key in attributes.CONTENT if key in said}
    listener.hear(Finished(span, content, _found.get(context.trace_id)))


_NOT_JUDGED: Final = frozenset({attributes.NESTED, attributes.UNFINISHED, attributes.SYNTHETIC})


class Overheard:
    """A hook of OpenTelemetry's instrumentors beside the application's: with one they gather."""

    def __init__(self, theirs: Callable[..., None]) -> None:
        """Call this method of the application's hook, too."""
        self._theirs: Final = theirs

    def on_completion(self, **told: Any) -> None:  # noqa: ANN401 - upstream's
        """Keep what was asked and said."""
        with Guard("content of a call"):
            gathered = {key: told.get(name) for key, name in _GATHERED.items()}
            if (span := told.get("span")) is not None:
                keep(span.get_span_context(), gathered)
        self._theirs(**told)


_GATHERED: Final = {
    attributes.SYSTEM_INSTRUCTIONS: "system_instruction",
    attributes.INPUT_MESSAGES: "inputs",
    attributes.OUTPUT_MESSAGES: "outputs",
}


def _text(passage: object) -> str | None:
    """Return the text of what a step has found; it may be no more than that."""
    return passage if isinstance(passage, str) else results.text(passage)
