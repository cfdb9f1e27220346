"""The steps of retrieval-augmented generation, around a block or as decorators.

A span is named after its stage, as people read a trace; where the conventions have a name for
it, as for a retrieval from a known data source, it has that one, and its stage beside it.
"""

from collections.abc import Callable, Collection, Mapping
from typing import cast

from opentelemetry.trace import SpanKind

from spansight.conventions import attributes
from spansight.rag.calls import Call, Generation
from spansight.rag.searches import Search
from spansight.rag.step import Step
from spansight.telemetry.guard import Guard
from spansight.telemetry.records import answers

Tokens = int | Callable[[str], int]
"""How many tokens there are, or what counts those of a text."""


def intent(
    *, model: str | None = None, provider: str | None = None, temperature: float | None = None
) -> Call:
    """Trace the classification of a question.

    Told its provider, a `usage` or a `response`, it is the call to the model itself.
    """
    said = {attributes.REQUEST_MODEL: model, attributes.REQUEST_TEMPERATURE: temperature}
    return Call(attributes.CHAT, "intent_classification", said, provider=provider)


def retrieval(*, query: str | None = None) -> Search:
    """Trace all that finds the context of an answer: embedding, search, reranking.

    Its `results` are those that the answer is made from; the query is content.
    """
    return searching("rag_retrieval", query=query)


def embedding(
    *, model: str | None = None, provider: str | None = None, dimensions: int | None = None
) -> Call:
    """Trace the turning of texts into vectors; dimensions are the length of one.

    Told its provider, a `usage` or a `response`, it is the call to the model itself.
    """
    said = {attributes.REQUEST_MODEL: model, attributes.EMBEDDINGS_DIMENSIONS: dimensions}
    return Call(attributes.EMBEDDINGS, "embedding", said, provider=provider)


def search(
    *,
    query: str | None = None,
    top_k: int | None = None,
    data_source: str | None = None,
    provider: str | None = None,
) -> Search:
    """Trace a search, by vectors or otherwise.

    `top_k` is how many results are asked for, `data_source` the name of the index that is
    searched, and `provider` who serves it.  The query is content.
    """
    said = {
        attributes.OPERATION_NAME: attributes.RETRIEVAL,
        attributes.RETRIEVAL_TOP_K: top_k,
        attributes.DATA_SOURCE_ID: data_source,
        attributes.PROVIDER_NAME: provider,
    }
    return searching("vector_search", said, query=query)


def rerank(
    *, model: str | None = None, top_n: int | None = None, query: str | None = None
) -> Search:
    """Trace the choice of the best results: `top_n` of them.  The query is content."""
    said = {attributes.REQUEST_MODEL: model, attributes.RAG_RERANK_TOP_N: top_n}
    return searching("reranking", said, query=query)


def context(*, tokens: Tokens | None = None) -> "Context":
    """Trace the making of the context that the model is given.

    `tokens` is their number, or counts those of one chunk; its `chunks` are told as texts.
    """
    return Context("context", tokens)


def generation(
    *, model: str | None = None, provider: str | None = None, temperature: float | None = None
) -> Generation:
    """Trace the step that answers.

    Told its provider, a `usage` or a `response`, it is the call to the model itself.
    """
    said = {attributes.REQUEST_MODEL: model, attributes.REQUEST_TEMPERATURE: temperature}
    return Generation(attributes.CHAT, "llm_generation", said, provider=provider)


def post_processing(*, format: str | None = None) -> Step:  # noqa: A002 - the word users know
    """Trace the finishing of an answer, in a format such as `markdown`."""
    said = {attributes.STAGE: "post_processing", attributes.RAG_FORMAT: format}
    return Step("post_processing", said)


class Context(Step):
    """The making of the context."""

    def __init__(self, stage: str, tokens: Tokens | None = None) -> None:
        """Prepare it; `tokens` holds where `chunks` is told none."""
        super().__init__(stage, {attributes.STAGE: stage})
        self._tokens = tokens

    def chunks(self, chunks: Collection[str], *, tokens: Tokens | None = None) -> None:
        """Record the chunks that the model is given, and their tokens if anyone can tell."""
        with Guard("chunks of a context"):
            self._span.set_attributes(
                context_told(chunks, self._tokens if tokens is None else tokens)
            )
        answers.keep_found(self._span.get_span_context(), chunks)

    def returned(self, result: object) -> None:
        """Take the chunks that the decorated function returned."""
        if isinstance(result, list | tuple):
            self.chunks(cast("Collection[str]", result))


def context_told(chunks: Collection[str], tokens: Tokens | None) -> Mapping[str, int | float]:
    """Return what a span says of a context; without a chunk there is no mean."""
    counted = sum(map(tokens, chunks)) if callable(tokens) else tokens
    said: dict[str, int | float] = {attributes.RAG_CONTEXT_CHUNKS: len(chunks)}
    if counted is not None:
        said[attributes.RAG_CONTEXT_TOKENS] = counted
    if counted is not None and chunks:
        said[attributes.RAG_CONTEXT_CHUNK_TOKENS] = counted / len(chunks)
    return said


def searching(
    stage: str, said: Mapping[str, str | int | None] | None = None, *, query: str | None
) -> Search:
    """Return a step that finds something."""
    known = said or {}
    data_source = known.get(attributes.DATA_SOURCE_ID)
    return Search(
        f"{attributes.RETRIEVAL} {data_source}" if data_source else stage,
        {attributes.STAGE: stage, **known},
        # A store with a name is asked over the network; an index of one's own is searched here.
        kind=SpanKind.CLIENT if data_source else SpanKind.INTERNAL,
        content={attributes.RETRIEVAL_QUERY_TEXT: query},
    )
