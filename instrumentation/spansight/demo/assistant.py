"""A help desk with agents, tools, conversations and an experiment: a program of its own.

    OPENAI_BASE_URL=http://127.0.0.1:PORT/ok/v1 python -m spansight.demo.assistant --rounds 2

It shows what the code of an application can say about itself: every step by `spansight.rag`, who
asks, which prompt answers, how good that was, and what the user thought of it.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from openai import OpenAI, OpenAIError

import spansight
from spansight import rag
from spansight.conventions import labels
from spansight.conventions.attributes import Thumb
from spansight.demo.rounds import rounds
from spansight.evals.model import Case, Verdict
from spansight.evals.quality import RAG
from spansight.evals.toxicity import NotAbusive

MODELS: Final = {"careful": "gpt-4o", "brief": "gpt-4o-mini"}
"""Arm of the experiment → the model that answers in it."""
PROMPT: Final = ("help-desk", 4)
K: Final = 3

PASSAGES: Final[Mapping[str, str]] = {
    "fares": "A single ride costs 1,000 won for one hour. Each further 30 minutes costs 500 won.",
    "passes": "The monthly pass costs 15,000 won and covers rides of up to two hours.",
    "refunds": "A ride that ends within five minutes is refunded. Passes are refunded by the day.",
    "helmets": "Riders under 16 must wear a helmet. Helmets can be borrowed at staffed stations.",
    "stations": "Return the bike at any station with a free dock. Stations never close.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one user asks, what would be right, and what the user thinks of the answer."""

    user: str
    text: str
    right: Mapping[str, str]
    """Ids of the passages that have the answer, and what each should lead to."""
    tool: str = "find_station"
    attempts: int = 1
    """How often the tool is called until it succeeds."""
    scenario: str = "ok"
    """How the provider behaves."""
    rating: float | None = None
    thumb: Thumb | None = None
    comment: str | None = None


QUESTIONS: Final = (
    Question(
        user="mina",
        text="What does a single ride cost?",
        right={"fares": "A single ride costs 1,000 won for one hour."},
        rating=5,
        thumb="up",
    ),
    Question(
        user="mina",
        text="And what does the monthly pass cost?",
        right={"passes": "The monthly pass costs 15,000 won."},
        tool="look_up_pass",
        rating=5,
        thumb="up",
    ),
    Question(
        user="joon",
        text="Where can I return the bike when a station has no free dock?",
        right={"stations": "Return the bike at any station with a free dock."},
        attempts=3,
        rating=4,
    ),
    Question(
        user="sora",
        text="Are passes refunded?",
        right={"refunds": "Passes are refunded by the day."},
        tool="look_up_pass",
        scenario="rate_limit",
        rating=1,
        thumb="down",
        comment="No answer at all.",
    ),
    Question(
        user="theo",
        text="Must riders under 16 wear helmets?",
        right={"helmets": "Riders under 16 must wear a helmet."},
        rating=4,
        comment="Right, but it took long.",
    ),
    Question(user="theo", text="Quels jours?", right={}, thumb="down"),
)


def asked(question: Question, client: OpenAI) -> None:
    """Answer one question, judge the answer, and take down what the user thinks of it."""
    arm = spansight.variant("shorter-answers", question.user, dict.fromkeys(MODELS, 1))
    about = spansight.context(
        feature="help desk",
        team="support",
        pipeline="help-desk",
        user=question.user,
        conversation=f"talk-{question.user}",
        prompt=PROMPT,
    )
    with about, arm, spansight.stage("user_query"):
        with suppress(OpenAIError), rag.agent("planner"):
            planned(question, client)
            with rag.agent("clerk"):
                passages = retrieved(question, client)
                used(question)
                answer = answered(question, passages, client, MODELS[arm])
            judged(question, passages, answer)
        if question.rating or question.thumb or question.comment:
            spansight.feedback(
                rating=question.rating, thumb=question.thumb, comment=question.comment
            )


def planned(question: Question, client: OpenAI) -> None:
    """Ask a small model what kind of question it is."""
    with rag.intent(model="gpt-4o-mini", temperature=0):
        client.chat.completions.create(
            model="gpt-4o-mini",
            temperature=0,
            messages=[
                {
                    "role": "user",
                    "content": f"Answer with one word, fares or rules: {question.text}",
                }
            ],
        )


def retrieved(question: Question, client: OpenAI) -> list[str]:
    """Find passages that share words with the question."""
    with rag.retrieval(query=question.text) as retrieval:
        with rag.embedding(model="text-embedding-3-small"):
            client.embeddings.create(model="text-embedding-3-small", input=[question.text])
        with rag.search(query=question.text, top_k=K, data_source="help-desk") as search:
            found = _similar(question.text)[:K]
            search.results(found)
            search.relevant(list(question.right), k=K)
        with rag.rerank(model="word-overlap-v1", top_n=2) as reranking:
            best = found[:2]
            reranking.results(best)
        retrieval.results(best)
    with rag.context(tokens=lambda text: len(text.split())) as context:
        passages = [PASSAGES[name] for name, _ in best]
        context.chunks(passages)
    return passages


def used(question: Question) -> None:
    """Call the question's tool until it succeeds."""
    for attempt in range(question.attempts):
        with rag.tool(question.tool, arguments={"place": "Yeouido"}) as tool:
            time.sleep(0.05)
            if attempt < question.attempts - 1:
                tool.failed("timeout", "the station did not answer")


def answered(question: Question, passages: Sequence[str], client: OpenAI, model: str) -> str:
    """Ask the arm's model."""
    context = "\n".join(passages)
    with rag.generation(model=model, temperature=0.2) as generation:
        reply = client.chat.completions.create(
            model=model,
            temperature=0.2,
            messages=[
                {"role": "system", "content": f"Answer from this context only.\n{context}"},
                {"role": "user", "content": question.text},
            ],
        )
        answer = reply.choices[0].message.content or ""
        generation.answer(answer)
    return answer


def judged(question: Question, passages: Sequence[str], answer: str) -> None:
    """Record every measure of the answer that there is something to measure for."""
    case = Case(
        id=question.text,
        question=question.text,
        answer=f"{answer} [1]",
        contexts=tuple(passages),
        ground_truth=" ".join(question.right.values()) or None,
    )
    for name, evaluator in RAG.items():
        _record(name, evaluator.evaluate(case))
    abusive = NotAbusive().evaluate(case)
    if abusive is not None:
        _record(labels.TOXICITY, 0.0 if abusive.value else 1.0)


def main() -> None:
    """Ask every question, as many rounds as asked for."""
    for root in rounds("ask every question of the help desk"):
        for question in QUESTIONS:
            with OpenAI(base_url=f"{root}/{question.scenario}/v1", max_retries=0) as client:
                asked(question, client)


def _similar(text: str) -> list[tuple[str, float]]:
    """Return passages with the share of the question's words that they have, best first."""
    words = set(text.lower().strip("?").split())
    scored = {
        name: len(words & set(passage.lower().replace(".", "").split())) / len(words)
        for name, passage in PASSAGES.items()
    }
    return sorted(((n, s) for n, s in scored.items() if s), key=lambda each: -each[1])


def _record(name: str, opinion: object) -> None:
    value, reason = (
        (opinion.value, opinion.reason) if isinstance(opinion, Verdict) else (opinion, "")
    )
    if isinstance(value, int | float):
        spansight.evals.record(name, float(value), evaluator="heuristic", explanation=reason)


if __name__ == "__main__":
    main()
