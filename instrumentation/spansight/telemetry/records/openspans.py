"""Calls that are still open: a stream that is held and never read to its end, for one."""

import weakref

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor

from spansight.conventions import attributes
from spansight.telemetry.guard import Guard
from spansight.telemetry.scopes.traced import tell_open


class OpenSpans(SpanProcessor):
    """Knows the GenAI spans and stages that have not ended, and can end them.

    Without it a process that exits while it holds a stream never exports that call.
    """

    def __init__(self) -> None:
        """Hold spans weakly: an abandoned one belongs to the garbage collector."""
        self._open: weakref.WeakValueDictionary[int, Span] = weakref.WeakValueDictionary()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002
        """Remember a span that is one of ours to end."""
        said = span.attributes or {}
        if attributes.OPERATION_NAME in said or attributes.STAGE in said:
            self._open[span.get_span_context().span_id] = span

    def on_end(self, span: ReadableSpan) -> None:
        """Forget a span."""
        if span.context:
            self._open.pop(span.context.span_id, None)

    def end_all(self) -> None:
        """End what is open; the call's usage stays unknown, and nobody claims that it failed."""
        with Guard("open scopes"):
            tell_open()
        # Unlike `values()`, which a thread that starts a span now would break off.
        for span in [reference() for reference in self._open.valuerefs()]:
            if span is None:
                continue
            with Guard("end of an open span"):
                span.set_attribute(attributes.UNFINISHED, value=True)
                span.end()

    def forget(self) -> None:
        """Leave the parent's calls to the parent, even where a forked child ends them too.

        A child that leaves the block in which it was forked would send that block's span again.
        """
        for span in list(self._open.values()):
            span._span_processor = SpanProcessor()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - nothing else tells them apart
        self._open.clear()
