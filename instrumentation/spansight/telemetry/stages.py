"""Stage spans: the steps of an application around its calls to models."""

import math
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from opentelemetry import trace
from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes
from spansight.telemetry.guard import Guard
from spansight.telemetry.scope import Scope

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

ARGUMENTS: Final = {
    "model": attributes.REQUEST_MODEL,
    "top_k": attributes.RETRIEVAL_TOP_K,
    "top_n": attributes.RAG_RERANK_TOP_N,
    "format": attributes.RAG_FORMAT,
    "chunks": attributes.RAG_CONTEXT_CHUNKS,
    "context_tokens": attributes.RAG_CONTEXT_TOKENS,
    "query": attributes.RETRIEVAL_QUERY_TEXT,
}
"""What a stage can be told, and the attribute that holds it."""

_OPERATIONS: Final = {"vector_search": attributes.RETRIEVAL}
"""Stages that are an operation of the conventions themselves; the others only surround some."""


class Stage(Scope):
    """One stage; as a decorator it makes a span a call."""

    def __init__(self, name: str, told: Mapping[str, AttributeValue]) -> None:
        """Prepare a stage; `stage` is the way to make one."""
        self.name: Final = name
        self._told: Final = told
        self._active: AbstractContextManager[trace.Span] | None = None
        self._span: trace.Span = trace.INVALID_SPAN

    def __enter__(self) -> Self:
        with Guard("start of a stage"):
            told: dict[str, AttributeValue] = {attributes.STAGE: self.name, **self._told}
            if operation := _OPERATIONS.get(self.name):
                told[attributes.OPERATION_NAME] = operation
            active = trace.get_tracer("spansight").start_as_current_span(self.name, attributes=told)
            self._span = active.__enter__()
            self._active = active
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace_back: TracebackType | None,
    ) -> None:
        if self._active is None:
            return
        if isinstance(error, Exception):
            self._span.set_attribute(attributes.ERROR_TYPE, _qualified(type(error)))
        # It records the error on the span and lets it pass: the application sees it unchanged.
        self._active.__exit__(kind, error, trace_back)

    def results(self, found: int | Iterable[float]) -> None:
        """Record how many results a search returned, or the relevance score of each."""
        with Guard("results of a stage"):
            self._span.set_attributes(_results(found))


def stage(name: str, **told: AttributeValue | None) -> Stage:
    """Trace a step as a span: around a block, or as a decorator.

    It can be told `model`, `top_k`, `top_n`, `format`, `chunks`, `context_tokens` and `query`; the
    query leaves the process only as an event, and only when content is captured.
    """
    unknown = told.keys() - ARGUMENTS.keys()
    if unknown:
        raise TypeError(f"stage {name!r} got {unknown}; expected some of {', '.join(ARGUMENTS)}")
    known = {ARGUMENTS[key]: value for key, value in told.items() if value is not None}
    return Stage(name, known)


def _results(found: int | Iterable[float]) -> Mapping[str, AttributeValue]:
    if isinstance(found, int):
        return {attributes.RAG_RESULTS: found}
    scores: Sequence[float] = [float(score) for score in found]
    finite = [score for score in scores if math.isfinite(score)]
    recorded: dict[str, AttributeValue] = {attributes.RAG_RESULTS: len(scores)}
    if finite:
        recorded[attributes.RAG_SCORE_MEAN] = math.fsum(finite) / len(finite)
        recorded[attributes.RAG_SCORE_MAX] = max(finite)
        recorded[attributes.RAG_SCORE_MIN] = min(finite)
    return recorded


def _qualified(kind: type[BaseException]) -> str:
    """Return the error type as the instrumentors write it: builtins without their module."""
    prefix = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return prefix + kind.__qualname__
