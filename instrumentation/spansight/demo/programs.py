"""What the demo runs: each program with the environment that instruments it."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spansight.conventions.environment import (
    CAPTURE_CONTENT,
    ENABLED,
    EVALUATE,
    STAGES,
    USER_KEY,
)
from spansight.demo import model
from spansight.demo.provider import Provider
from spansight.demo.wire import Request

SERVICE: Final = "rag-demo"
SCENARIO_SERVICE: Final = "llm-scenarios"
ASSISTANT_SERVICE: Final = "help-desk"

STAGE_FUNCTIONS: Final = {
    "rag_app:classify_intent": "intent_classification",
    "rag_app:retrieve": "rag_retrieval",
    "rag_app:embed": "embedding",
    "rag_app:vector_search": "vector_search",
    "rag_app:rerank": "reranking",
    "rag_app:generate": "llm_generation",
    "rag_app:post_process": "post_processing",
}
"""Functions of the untouched application that become stage spans."""

_EVALUATED: Final = "usual,not_abusive,toxicity,relevancy,context_relevance,redundancy"
"""Of the program that runs long enough to load a classifier; the others are over before."""

_ROUND_S: Final = 14
"""One round of all scenarios, timeout and pause included."""

_DEPLOYED: Final = "1.4.0"
"""The applications' version, as a release would name it."""

_OFF_TOPIC: Final = "Please ask our partners; opening times vary between seasons and cities."
_OFF_TOPIC_QUESTIONS: Final = ("insurance", "유실물")


@dataclass(frozen=True, slots=True)
class Program:
    """One process of the demo."""

    title: str
    command: Sequence[str]
    environment: Mapping[str, str]


def reply(request: Request) -> str:
    """Answer from the context, one word for an intent; at times off topic."""
    first, _, context = request.prompt.partition("\n")
    if first.startswith("Answer with one word"):
        return "price"
    if any(word in request.question for word in _OFF_TOPIC_QUESTIONS):
        return _OFF_TOPIC
    return context.partition("\n")[0] or "Rides of five minutes are refunded, passes by the day."


def programs(examples: Path, provider: Provider, *, otlp: str, seconds: float) -> list[Program]:
    """Return the scripted programs: `examples` is the folder of examples, `otlp` a base URL."""
    traffic = [sys.executable, str(examples / "rag" / "traffic.py"), "--seconds", str(seconds)]
    rounds = ["--rounds", str(max(1, int(seconds // _ROUND_S))), "--pause", "10"]
    return [
        Program(
            "a RAG application, scripted models",
            [*traffic, "--pause", "0.3"],
            _environment(SERVICE, provider.url(), provider, otlp),
        ),
        Program(
            "errors, cached tokens, tools, slow and unknown models",
            [sys.executable, "-m", "spansight.demo.scenarios", *rounds],
            _environment(SCENARIO_SERVICE, provider.url(), provider, otlp),
        ),
        Program(
            "a help desk: agents, tools, conversations, an experiment, users' feedback",
            [sys.executable, "-m", "spansight.demo.assistant", *rounds],
            _environment(ASSISTANT_SERVICE, provider.url(), provider, otlp),
        ),
    ]


def real_program(
    examples: Path, model_url: str, provider: Provider, *, otlp: str, count: int
) -> Program:
    """Return the RAG application on the real model; only its embeddings are scripted."""
    models = f"{model.NAME},text-embedding-3-small,{model.NAME}"
    return Program(
        f"the same RAG application, {model.NAME} on this machine",
        [
            sys.executable,
            str(examples / "rag" / "traffic.py"),
            *("--models", models, "--count", str(count), "--passages", "2", "--seconds", "120"),
        ],
        _environment(SERVICE, model_url, provider, otlp),
    )


def _environment(service: str, llm_url: str, provider: Provider, otlp: str) -> dict[str, str]:
    stages = ",".join(f"{function}={stage}" for function, stage in STAGE_FUNCTIONS.items())
    # What the user set for another application would send the demo elsewhere, or nothing at all.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("OTEL_")}
    return {
        **inherited,
        ENABLED.name: "true",
        CAPTURE_CONTENT.name: "true",
        STAGES.name: stages,
        EVALUATE.name: _EVALUATED if service == SERVICE else "usual,not_abusive,relevancy",
        USER_KEY.name: "of the demo alone",
        "OTEL_SERVICE_NAME": service,
        "OTEL_RESOURCE_ATTRIBUTES": f"deployment.environment.name=demo,service.version={_DEPLOYED}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": otlp,
        "OPENAI_BASE_URL": llm_url,
        "OPENAI_API_KEY": "unused",
        "EMBEDDING_BASE_URL": provider.url(),
        "PYTHONUNBUFFERED": "1",
    }
