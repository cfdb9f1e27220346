"""A small RAG application on the OpenAI client: it answers riders' questions from a help centre.

It knows nothing of telemetry.  OPENAI_BASE_URL and OPENAI_API_KEY say where the models are,
EMBEDDING_BASE_URL names another server for embeddings.

    python rag_app.py "How much does a single ride cost?"
"""

import json
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from openai import OpenAI

CORPUS = Path(__file__).with_name("corpus.json")
INTENTS = ("price", "rule", "problem", "other")


@dataclass(frozen=True)
class Models:
    """Which model does which step."""

    intent: str = "gpt-4o-mini"
    embedding: str = "text-embedding-3-small"
    rerank: str = "word-overlap-v1"
    answer: str = "gpt-4o"


@dataclass(frozen=True)
class Passage:
    """A piece of the help centre, and how well it fits the question (0 to 1)."""

    id: str
    text: str
    score: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What the rider reads, and what it was made from."""

    text: str
    intent: str
    passages: Sequence[Passage]


def classify_intent(question: str, model: str) -> str:
    """Name the kind of question in one word."""
    prompt = f"Answer with one word of {', '.join(INTENTS)}. Question: {question}"
    reply = _chat().chat.completions.create(
        model=model, messages=[{"role": "user", "content": prompt}], max_tokens=5, temperature=0
    )
    words = (reply.choices[0].message.content or "").lower().split()
    return next((intent for intent in INTENTS if intent in words), "other")


def embed(texts: Sequence[str], model: str) -> list[list[float]]:
    """Turn texts into vectors."""
    reply = _embeddings().embeddings.create(model=model, input=list(texts))
    return [item.embedding for item in reply.data]


def vector_search(
    vector: Sequence[float], index: Sequence[tuple[Passage, list[float]]], top_k: int
) -> list[Passage]:
    """Return the nearest passages, best first."""
    scored = [Passage(p.id, p.text, max(0.0, _cosine(vector, other))) for p, other in index]
    return sorted(scored, key=lambda passage: -passage.score)[:top_k]


def rerank(question: str, passages: Sequence[Passage], model: str, top_n: int) -> list[Passage]:
    """Keep the passages that share most words with the question."""
    if model != "word-overlap-v1":
        raise ValueError(f"reranker {model!r}: expected 'word-overlap-v1'")
    asked = set(question.lower().split())

    def overlap(passage: Passage) -> float:
        return len(asked & set(passage.text.lower().split())) / len(asked)

    scored = [Passage(p.id, p.text, min(1.0, 0.7 * p.score + 0.3 * overlap(p))) for p in passages]
    return sorted(scored, key=lambda passage: -passage.score)[:top_n]


def retrieve(question: str, models: Models, *, top_n: int) -> list[Passage]:
    """Find what the help centre says about a question."""
    vector = embed([question], model=models.embedding)[0]
    found = vector_search(vector, _index(models.embedding), top_k=20)
    return rerank(question, found, model=models.rerank, top_n=top_n)


def generate(question: str, passages: Sequence[Passage], model: str) -> str:
    """Answer from the passages, streaming."""
    context = "\n".join(passage.text for passage in passages)
    stream = _chat().chat.completions.create(
        model=model,
        messages=[
            {"role": "system", "content": f"Answer briefly from this context only.\n{context}"},
            {"role": "user", "content": question},
        ],
        temperature=0.1,
        max_tokens=80,
        stream=True,
        stream_options={"include_usage": True},
    )
    return "".join(c.choices[0].delta.content or "" for c in stream if c.choices)


def post_process(text: str, passages: Sequence[Passage], format: str) -> str:  # noqa: A002 - the word users know
    """Add the sources."""
    sources = ", ".join(f"`{passage.id}`" for passage in passages)
    return f"{text.strip()}\n\n*{sources}*" if format == "markdown" else text.strip()


def answer(question: str, models: Models | None = None, *, top_n: int = 5) -> Answer:
    """Answer one question: classify, retrieve, generate, finish."""
    used = models or Models()
    intent = classify_intent(question, model=used.intent)
    passages = retrieve(question, used, top_n=top_n)
    text = generate(question, passages, model=used.answer)
    return Answer(post_process(text, passages, format="markdown"), intent, passages)


@cache
def _index(model: str) -> list[tuple[Passage, list[float]]]:
    passages = [Passage(row["id"], row["text"]) for row in json.loads(CORPUS.read_text("utf-8"))]
    return list(zip(passages, embed([p.text for p in passages], model=model), strict=True))


@cache
def _chat() -> OpenAI:
    return OpenAI(max_retries=0)


@cache
def _embeddings() -> OpenAI:
    return OpenAI(base_url=os.environ.get("EMBEDDING_BASE_URL"), max_retries=0)


def _cosine(left: Sequence[float], right: Sequence[float]) -> float:
    norms = math.hypot(*left) * math.hypot(*right)
    return sum(a * b for a, b in zip(left, right, strict=True)) / norms if norms else 0.0


if __name__ == "__main__":
    for question in sys.argv[1:] or ["How much does a single ride cost?"]:
        print(answer(question).text)
