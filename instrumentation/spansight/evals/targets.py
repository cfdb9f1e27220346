"""What is evaluated: an application or a model, asked each question of a dataset."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, cast, runtime_checkable

from spansight.errors import ConfigError
from spansight.evals.judge import completions
from spansight.evals.judge.usage import Pricing, cost
from spansight.evals.model import Case
from spansight.evals.places import loaded

Reply = str | Mapping[str, object]
"""An answer; or fields of a case, such as its contexts and its latency, `cost_usd` among them."""

Asked = Callable[[str], Reply | Awaitable[Reply]]
"""A function of the question."""


@runtime_checkable
class Target(Protocol):
    """Whatever answers a case; what it raises is a recorded failure."""

    def answer(self, case: Case, /) -> Reply | Awaitable[Reply]:
        """Answer the question of a case."""
        ...


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the question, as most applications have one."""

    function: Asked

    def __repr__(self) -> str:
        """Name it: its address is another one in each process."""
        function: object = getattr(self.function, "func", self.function)  # of a partial one
        name = getattr(function, "__qualname__", type(function).__qualname__)
        return f"{function.__module__}:{name}"

    def answer(self, case: Case) -> Reply | Awaitable[Reply]:
        """Ask the question."""
        return self.function(case.question)


@dataclass(frozen=True, slots=True)
class Model:
    """A model with a prompt, at an endpoint that speaks as OpenAI does; the client's own settings.

    The prompt is the message of the system; `{contexts}` in it becomes the contexts of the case.
    """

    name: str
    prompt: str = ""
    temperature: float | None = None
    price: Pricing | None = field(default=None, compare=False)
    prompt_hash: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.sha256(self.prompt.encode()).hexdigest()[:_HEXITS]
        object.__setattr__(self, "prompt_hash", digest)

    def __repr__(self) -> str:
        """Name it: with another prompt or temperature, it is another one."""
        prompt = f", prompt {self.prompt_hash}" if self.prompt else ""
        warmth = "" if self.temperature is None else f", temperature {self.temperature:g}"
        return f"{self.name}{prompt}{warmth}"

    async def answer(self, case: Case) -> Reply:
        """Ask the question; lost connections and busy servers are tried again."""
        openai = _openai()
        options = {} if self.temperature is None else {"temperature": self.temperature}
        try:
            async with openai.AsyncOpenAI(max_retries=0) as client:
                made = await client.chat.completions.create(
                    model=self.name, messages=self._messages(case), **options
                )
        except (
            openai.APIConnectionError,
            openai.RateLimitError,
            openai.InternalServerError,
        ) as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from error
        except json.JSONDecodeError:
            made = None
        if not completions.is_completion(made) or not made.choices:
            raise ValueError(f"{self.name} at OPENAI_BASE_URL {completions.NONE}")
        (choice, *_) = made.choices
        usage = made.usage
        return {
            "answer": choice.message.content or "",
            "finish_reason": choice.finish_reason,
            "response_id": made.id,
            "input_tokens": usage and usage.prompt_tokens,
            "output_tokens": usage and usage.completion_tokens,
            "cost_usd": cost(made, self.price),
        }

    def _messages(self, case: Case) -> list[dict[str, str]]:
        said = self.prompt.replace("{contexts}", "\n".join(case.contexts or ()))
        system = [{"role": "system", "content": said}] if said else []
        return [*system, {"role": "user", "content": case.question}]


_HEXITS: Final = 12


def target(place: str) -> Target:
    """Return what ``module:name`` is: a target, or a function of the question."""
    return as_target(loaded(place, "target"), place)


def as_target(found: object, name: str = "") -> Target:
    """Take a target as it is, and a function as one."""
    if isinstance(found, Target):
        return found
    if callable(found):
        return Function(cast("Asked", found))
    raise ConfigError(f"target {name or found!r}: expected a function of the question")


def _openai() -> Any:  # noqa: ANN401 - an extra, typed only where it is installed
    try:
        import openai  # noqa: PLC0415 - an extra: only a model needs it
    except ModuleNotFoundError as error:
        raise ConfigError(
            "a model as target needs openai; pip install 'spansight[judge]'"
        ) from error
    return openai
