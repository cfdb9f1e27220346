"""What all steps share: what they learn on the way, and content as events."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AnyValue, AttributeValue

from spansight.conventions import events
from spansight.privacy.blobs import summary
from spansight.telemetry.events import emit
from spansight.telemetry.guard import Guard
from spansight.telemetry.scopes.parameters import Parameters
from spansight.telemetry.scopes.scope import Arguments, Function, Named, around
from spansight.telemetry.scopes.traced import Traced
from spansight.telemetry.standard import captures_content

P = ParamSpec("P")
R = TypeVar("R")


class Step(Traced):
    """One step of an application; as a decorator it reads what it can from each call."""

    def __init__(
        self,
        name: str,
        said: Mapping[str, AttributeValue | None],
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        content: Mapping[str, object] | None = None,
    ) -> None:
        """Prepare a span that says this, where it is known; content is for the event alone."""
        super().__init__(name, {k: v for k, v in said.items() if v is not None}, kind)
        self._content: Mapping[str, object] = content or {}

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Make every call of the function such a step."""
        parameters = Parameters()

        def enter(called: Function, args: Arguments, kwargs: Named) -> Step:
            step = copy.copy(self)
            with Guard("arguments of a step"):
                step.called(parameters.of(called).bind(*args, **kwargs).arguments)
            return step

        return around(function, enter)

    def called(self, arguments: Mapping[str, Any]) -> None:
        """Look at what the function was called with."""

    @property
    def about(self) -> Context:
        """The context of what is told of this step's span, wherever it is told."""
        return trace.set_span_in_context(self._span)

    def _keep(self, name: str, content: object) -> None:
        """Keep content for the event."""
        self._content = {**self._content, name: content}

    def _ending(self, error: BaseException | None) -> Mapping[str, AttributeValue]:
        with Guard("content of a step"):
            if captures_content():
                told = {k: _plain(v) for k, v in self._content.items() if v is not None}
                if told:
                    emit(events.CONTENT, {**self._said, **told}, context=self.about)
        return super()._ending(error)


def _plain(value: object) -> AnyValue:
    """Return a value as an event can hold it: what JSON has no word for is told as text."""
    return json.loads(json.dumps(value, default=_told, skipkeys=True))


def _told(value: object) -> str:
    if isinstance(value, bytes | bytearray):
        return summary(bytes(value), None)
    return str(value)
