"""Spans that were recorded in memory, as a tree that reads like the trace."""

from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan


def outline(spans: Sequence[ReadableSpan]) -> str:
    """Return one name a line, children indented below their parent, in order of their start."""
    ordered = sorted(spans, key=lambda span: span.start_time or 0)
    return "".join(_lines(ordered, None, ""))


def _lines(spans: Sequence[ReadableSpan], parent: int | None, indent: str) -> list[str]:
    found: list[str] = []
    for span in spans:
        assert span.context is not None
        if (span.parent.span_id if span.parent else None) == parent:
            found.append(f"{indent}{span.name}\n")
            found.extend(_lines(spans, span.context.span_id, f"{indent}  "))
    return found
