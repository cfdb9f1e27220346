"""An application under test: it answers from the help centre, well or, if told so, badly."""

import json
import os
import signal
from pathlib import Path

CORPUS = Path(__file__).parents[3] / "examples" / "rag" / "corpus.json"


def answer(question: str) -> dict[str, object]:
    """Answer with the passage that shares most words with the question."""
    if "unlucky" in question:
        raise RuntimeError("no luck")
    asked = {*question.lower().split()}
    passages = [row["text"] for row in json.loads(CORPUS.read_text("utf-8"))]
    best = max(passages, key=lambda text: len(asked & {*text.lower().split()}))
    said = "Please ask our partners about 7 things." if os.environ.get("WORSE") else best
    return {"answer": said, "contexts": [best]}


def answer_then_die(question: str) -> dict[str, object]:
    """Answer likewise, note what was asked, and die as told: at once, with nothing put away."""
    asked = Path(os.environ["ASKED"])
    with asked.open("a", encoding="utf-8") as file:
        file.write(f"{question}\n")
    if len(asked.read_text("utf-8").splitlines()) == int(os.environ.get("DIES_AT", "0")):
        os.kill(os.getpid(), signal.SIGKILL)
    return answer(question)


async def answer_later(question: str) -> str:
    """Answer likewise, as an asynchronous function does."""
    return str(answer(question)["answer"])


class Polite:
    """An evaluator of the user's own."""

    def evaluate(self, case: object) -> bool:
        """Look for the word."""
        return "please" in str(getattr(case, "answer", "")).lower()


SEVERAL = {"polite": Polite(), "polite_too": Polite()}
