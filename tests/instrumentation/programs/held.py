"""Calls that are open when the process ends: a generator, a stream, and a step of RAG."""

from collections.abc import Iterator

import spansight
from spansight import rag


@spansight.trace_llm_call("local-1", provider="ours")
def generated() -> Iterator[str]:
    yield "The quick "
    yield "brown fox."


@spansight.trace_llm_call("local-1", provider="ours")
def streamed() -> Iterator[str]:
    return iter(["The quick ", "brown fox."])


@rag.generation(model="local-1", provider="ours")
def answered() -> Iterator[str]:
    yield "The quick "
    yield "brown fox."


held = [generated(), streamed(), answered()]
for one in held:
    next(one)
