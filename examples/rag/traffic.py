"""Ask the RAG application questions for a while, and score each answer's groundedness.

The application stays as it is: environment variables instrument it (README.md beside this file).
Only this driver knows Spansight, for the two things that a variable cannot say: who asks, and
how good the answer was.

    python traffic.py --seconds 30 --models gpt-4o-mini,text-embedding-3-small,gpt-4o
"""

import argparse
import itertools
import json
import re
import time
from collections.abc import Sequence
from pathlib import Path

import openai

import rag_app
import spansight
from spansight.conventions import labels

QUESTIONS = Path(__file__).with_name("questions.json")
CALLERS = (("answers", "support"), ("answers", "sales"), ("search", "support"))


def groundedness(answer: str, passages: Sequence[rag_app.Passage]) -> float | None:
    """Return the share of the answer's letter pairs that the passages have too.

    A plain lexical stand-in, in any language, for judging whether an answer keeps to its sources;
    None for an answer without words.
    """
    said = _pairs(answer)
    known = _pairs(" ".join(passage.text for passage in passages))
    return len(said & known) / len(said) if said else None


def ask(question: str, models: rag_app.Models, *, top_n: int) -> str:
    """Ask one question and record how grounded the answer is; return what to print."""
    with spansight.stage("user_query"):
        try:
            answer = rag_app.answer(question, models, top_n=top_n)
        except openai.OpenAIError as error:
            return f"{type(error).__name__}: {question}"
        score = groundedness(answer.text.rpartition("\n\n")[0], answer.passages)
        if score is not None:
            spansight.evals.record(labels.FAITHFULNESS, score, evaluator="heuristic")
    return f"{question} → {answer.text.splitlines()[0][:60]}"


def main() -> None:
    """Ask until the time or the questions run out, whichever is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=30, help="stop after this time")
    parser.add_argument("--count", type=int, default=1000, help="stop after this many questions")
    parser.add_argument("--pause", type=float, default=0, help="seconds between two questions")
    parser.add_argument("--passages", type=int, default=5, help="passages given to the model")
    parser.add_argument("--models", default="gpt-4o-mini,text-embedding-3-small,gpt-4o")
    options = parser.parse_args()

    intent, embedding, answer = options.models.split(",")
    models = rag_app.Models(intent=intent, embedding=embedding, answer=answer)
    questions = itertools.cycle(json.loads(QUESTIONS.read_text("utf-8")))
    callers = itertools.cycle(CALLERS)
    deadline = time.monotonic() + options.seconds
    for question, (feature, team) in itertools.islice(
        zip(questions, callers, strict=False), options.count
    ):
        with spansight.context(feature=feature, team=team):
            print(ask(question, models, top_n=options.passages), flush=True)
        if time.monotonic() + options.pause > deadline:
            return
        time.sleep(options.pause)


def _pairs(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {word[at : at + 2] for word in words for at in range(max(1, len(word) - 1))}


if __name__ == "__main__":
    main()
