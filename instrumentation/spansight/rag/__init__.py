"""Steps of RAG applications and agents as spans, and how good their retrieval was."""

from spansight.rag.agents import agent, tool, workflow
from spansight.rag.observer import RAGObserver
from spansight.rag.steps import (
    context,
    embedding,
    generation,
    intent,
    post_processing,
    rerank,
    retrieval,
    search,
)

__all__ = [
    "RAGObserver",
    "agent",
    "context",
    "embedding",
    "generation",
    "intent",
    "post_processing",
    "rerank",
    "retrieval",
    "search",
    "tool",
    "workflow",
]
