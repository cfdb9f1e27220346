"""A RAG assistant and an agent on the OpenAI client, with the steps written into the code."""

import os
import sys
from collections.abc import Iterator

import openai
from openai.types.chat import ChatCompletionMessageParam

from spansight import rag

MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "환불 kim@example.com"}]

client = openai.OpenAI(base_url=f"{os.environ['PROVIDER']}/ok/v1", api_key="sk-test", max_retries=0)


@rag.search(data_source="help-centre", top_k=2)
def find(query: str) -> list[dict[str, str | float]]:
    """Return what a store would; the second page is longer than an event may be."""
    refunds = {"id": "refunds", "score": 0.75, "text": "환불은 kim@example.com"}
    rides = {"id": "rides", "score": 0.25, "text": "long " * 50_000}
    return [refunds, rides] if query else []


@rag.generation(model="gpt-4o")
def generate() -> Iterator[str]:
    stream = client.chat.completions.create(
        model="gpt-4o",
        messages=MESSAGES,
        stream=True,
        stream_options={"include_usage": True},
    )
    yield from (chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


@rag.tool("refund")
def refund(account: str) -> str:
    return f"refunded {account}"


with rag.retrieval(query="환불 kim@example.com") as retrieval:
    with rag.embedding(model="text-embedding-3-small") as embedding:
        reply = client.embeddings.create(model="text-embedding-3-small", input="two words")
        embedding.usage(input_tokens=reply.usage.prompt_tokens)
    with rag.rerank(model="ranker", top_n=1) as reranking:
        best = find(query="환불 kim@example.com")[:1]
        reranking.results(best)
    retrieval.results(best)
    retrieval.relevant(["refunds"], k=1)
sys.stdout.write("".join(generate()) + "\n")
with rag.agent("clerk"):
    with rag.generation(model="gpt-4o", provider="openai") as generation:
        answer = client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
        if answer.usage:
            generation.usage(
                input_tokens=answer.usage.prompt_tokens,
                output_tokens=answer.usage.completion_tokens,
            )
    sys.stdout.write(refund("kim@example.com") + "\n")
