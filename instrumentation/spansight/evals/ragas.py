"""RAGAS 0.4 as evaluators: its prompts and formulas, our runs, limits, failures and events.

It asks several times for each score, and reads more than a judge of ours does.  What it counts of
its users it would send home: that is off unless `RAGAS_DO_NOT_TRACK` says otherwise.
"""

import math
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from spansight.conventions import attributes, labels
from spansight.errors import ConfigError
from spansight.evals.judge.errors import JudgeError
from spansight.evals.judge.judge import Judge
from spansight.evals.judge.usage import cost
from spansight.evals.model import Case, Verdict
from spansight.telemetry.context import context

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

_ANALYTICS: Final = "RAGAS_DO_NOT_TRACK"
_EMBEDDINGS: Final = "text-embedding-3-small"


class RagasError(JudgeError):
    """RAGAS has given no score."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One of RAGAS's metrics, and what of a case it takes under which name."""

    name: str
    takes: Mapping[str, str]
    embeds: bool = False


METRICS: Final[Mapping[str, Metric]] = {
    labels.FAITHFULNESS: Metric(
        "Faithfulness",
        {"user_input": "question", "response": "answer", "retrieved_contexts": "contexts"},
    ),
    "relevancy": Metric(
        "AnswerRelevancy", {"user_input": "question", "response": "answer"}, embeds=True
    ),
    "context_precision": Metric(
        "ContextPrecision",
        {"user_input": "question", "reference": "ground_truth", "retrieved_contexts": "contexts"},
    ),
    "context_recall": Metric(
        "ContextRecall",
        {"user_input": "question", "reference": "ground_truth", "retrieved_contexts": "contexts"},
    ),
}
"""Evaluation → the metric; the names are those of the offline evaluation without a model."""


@dataclass(frozen=True, slots=True)
class Ragas:
    """One metric of RAGAS; what it needs and a case has not is not judged."""

    metric: str
    judge: Judge
    embeddings: str = _EMBEDDINGS
    """The model that relevancy compares questions with; at the judge's endpoint."""

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise ConfigError(f"metric={self.metric!r}: expected one of {', '.join(METRICS)}")
        if find_spec("ragas") is None:
            raise ConfigError(
                "RAGAS is not installed; pip install 'spansight[ragas]', in an environment of its "
                "own: it brings 600 MB"
            )

    async def evaluate(self, case: Case) -> Verdict | None:
        """Have RAGAS ask the judge's model."""
        metric = METRICS[self.metric]
        given = {name: _plain(getattr(case, field)) for name, field in metric.takes.items()}
        if not all(given.values()):
            return None
        about = _about(metric, self.judge)
        spent: list[float] = []
        async with self._made(metric, spent) as made:
            try:
                result = await made.ascore(**given)
            except _failures() as error:
                why = f"RAGAS {metric.name} with {self.judge.model!r}: {type(error).__qualname__}"
                nothing = Verdict(None, "", "ragas", math.fsum(spent), about)
                raise RagasError(why, nothing) from None
        value = float(result.value)
        # NaN is RAGAS's way to say that there was nothing to judge.
        if math.isnan(value):
            return Verdict(None, "nothing to judge", "ragas", math.fsum(spent), about)
        # Relevancy is a cosine, which may be a hair above 1, or below 0.
        return Verdict(min(max(value, 0.0), 1.0), "", "ragas", math.fsum(spent), about)

    @asynccontextmanager
    async def _made(self, metric: Metric, spent: list[float]) -> AsyncGenerator[Any]:
        """Make the metric; what its calls cost is appended."""
        os.environ.setdefault(_ANALYTICS, "true")
        llms, collections = import_module("ragas.llms"), import_module("ragas.metrics.collections")
        async with self.judge.client() as client:
            llm = llms.llm_factory(self.judge.model, client=client)

            def heard(told: "ChatCompletion") -> None:
                spent.append(cost(told, self.judge.price))

            llm.client.on("completion:response", heard)
            embeddings = import_module("ragas.embeddings").OpenAIEmbeddings
            more = {"embeddings": embeddings(client, self.embeddings)} if metric.embeds else {}
            with context(feature=labels.JUDGING):
                yield getattr(collections, metric.name)(llm=llm, **more)


def evaluators(judge: Judge, embeddings: str = _EMBEDDINGS) -> dict[str, Ragas]:
    """Return every metric by the name of its evaluation, for a run or the offline evaluation."""
    return {name: Ragas(name, judge, embeddings) for name in METRICS}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - texts or nothing


def _about(metric: Metric, judge: Judge) -> dict[str, str]:
    """Return what the score says of its prompts: RAGAS pins them by its version."""
    return {
        attributes.JUDGE_MODEL: judge.model,
        attributes.PROMPT_NAME: f"ragas/{metric.name}",
        attributes.PROMPT_VERSION: version("ragas"),
    }


def _failures() -> tuple[type[Exception], ...]:
    return (
        import_module("openai").APIError,
        import_module("instructor.core.exceptions").InstructorError,
        ValueError,
    )
