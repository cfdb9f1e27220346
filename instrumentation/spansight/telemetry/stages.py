"""Stage spans: the steps of an application around its calls to models."""

import json
from collections.abc import Collection, Mapping
from typing import Final

from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes
from spansight.telemetry.guard import Guard
from spansight.telemetry.replies import results
from spansight.telemetry.scopes.traced import Traced
from spansight.telemetry.standard import captures_content

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


class Stage(Traced):
    """One stage; as a decorator it makes a span a call."""

    def __init__(self, name: str, told: Mapping[str, AttributeValue]) -> None:
        """Prepare a stage; `stage` is the way to make one."""
        operation = _OPERATIONS.get(name)
        known = {attributes.OPERATION_NAME: operation} if operation else {}
        super().__init__(name, {attributes.STAGE: name, **told, **known})

    def results(self, found: int | Collection[object]) -> None:
        """Record what a search returned: the number of results, their scores, or the results.

        Of a result, `score` is read: an attribute, a key, or the second part of a pair.
        """
        with Guard("results of a stage"):
            self._span.set_attributes(results.told(found))
            if isinstance(found, Collection):
                self._tell_documents(found)

    def _tell_documents(self, found: Collection[object]) -> None:
        """Let the content event have them; a span keeps no content until it leaves."""
        if found and captures_content():
            told = json.dumps(results.documents(found))
            self._span.set_attribute(attributes.RETRIEVAL_DOCUMENTS, told)


def stage(name: str, **told: AttributeValue | None) -> Stage:
    """Trace a step as a span: around a block, or as a decorator.

    It can be told `model`, `top_k` and `top_n` (numbers of results), `format`, `chunks` (their
    number), `context_tokens` and `query`; another name is a TypeError.  The query leaves the
    process only as an event, and only when content is captured.
    """
    unknown = told.keys() - ARGUMENTS.keys()
    if unknown:
        raise TypeError(f"stage {name!r} got {unknown}; expected some of {', '.join(ARGUMENTS)}")
    known = {ARGUMENTS[key]: value for key, value in told.items() if value is not None}
    return Stage(name, known)
