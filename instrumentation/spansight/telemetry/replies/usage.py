"""Tokens that a response reports, in whatever shape.  Pure; knows shapes and no SDK.

Providers disagree about what is part of what.  Here, as in the conventions, cached tokens are part
of the input and reasoning is part of the output.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, cast

from spansight.conventions import attributes

Paths = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Where one family of responses keeps its counts; dots lead into parts."""

    input: str
    output: str
    beside_input: Paths = ()
    """Counts that `input` leaves out."""
    beside_output: Paths = ()
    cache_read: Paths = ()
    cache_write: Paths = ()
    reasoning: Paths = ()

    @property
    def paths(self) -> Paths:
        """Every count there is."""
        parts = (*self.cache_read, *self.cache_write, *self.reasoning)
        return (self.input, self.output, *self.beside_input, *self.beside_output, *parts)


SHAPES: Final = (
    # OpenAI's chat, and all who speak it; LiteLLM and DeepSeek add names of their own.
    Shape(
        "prompt_tokens",
        "completion_tokens",
        cache_read=(
            "prompt_tokens_details.cached_tokens",
            "cache_read_input_tokens",
            "prompt_cache_hit_tokens",
        ),
        cache_write=("prompt_tokens_details.cache_write_tokens", "cache_creation_input_tokens"),
        reasoning=("completion_tokens_details.reasoning_tokens",),
    ),
    # Gemini, by its SDK and as JSON: thoughts are no candidates.
    Shape(
        "prompt_token_count",
        "candidates_token_count",
        beside_input=("tool_use_prompt_token_count",),
        beside_output=("thoughts_token_count",),
        cache_read=("cached_content_token_count",),
        reasoning=("thoughts_token_count",),
    ),
    Shape(
        "promptTokenCount",
        "candidatesTokenCount",
        beside_input=("toolUsePromptTokenCount",),
        beside_output=("thoughtsTokenCount",),
        cache_read=("cachedContentTokenCount",),
        reasoning=("thoughtsTokenCount",),
    ),
    # Bedrock's Converse.
    Shape(
        "inputTokens",
        "outputTokens",
        beside_input=("cacheReadInputTokens", "cacheWriteInputTokens"),
        cache_read=("cacheReadInputTokens",),
        cache_write=("cacheWriteInputTokens",),
    ),
    # Ollama.
    Shape("prompt_eval_count", "eval_count"),
    # Anthropic counts cached tokens beside the input; OpenAI's Responses and LangChain, which
    # break the input down in a part of its own, count them in it.
    Shape(
        "input_tokens",
        "output_tokens",
        beside_input=("cache_read_input_tokens", "cache_creation_input_tokens"),
        cache_read=(
            "cache_read_input_tokens",
            "input_tokens_details.cached_tokens",
            "input_token_details.cache_read",
            "cache_read_tokens",
        ),
        cache_write=(
            "cache_creation_input_tokens",
            "input_token_details.cache_creation",
            "cache_write_tokens",
        ),
        reasoning=(
            "output_tokens_details.reasoning_tokens",
            "output_token_details.reasoning",
            "reasoning_tokens",
        ),
    ),
)
"""In the order of recognition: some speak a second shape beside their own."""

WHOLES: Final = frozenset(name for shape in SHAPES for name in (shape.input, shape.output))
"""Names that tell counts from anything else."""

_PATHS: Final = tuple({path: None for shape in SHAPES for path in shape.paths})


def part(whole: object, path: str) -> object:
    """Return a part of an object or mapping, None where there is none."""
    for name in _names(path):
        whole = _reader(type(whole))(whole, name)
        if whole is None:
            return None
    return whole


@cache
def _names(path: str) -> Sequence[str]:
    return path.split(".")


@lru_cache
def _reader(kind: type) -> Callable[[Any, str], object]:
    """Return what reads a part of objects of a class.

    Most chunks of a stream lack most of what is looked for, and pydantic takes microseconds to say
    so: of its models, what was parsed is read where it is kept.
    """
    if issubclass(kind, dict):
        return dict[str, object].get
    finds: object = getattr(kind, "__getattr__", None)  # pyright: ignore[reportUnknownArgumentType] - narrowed to a class of nothing
    return _field if getattr(finds, "__module__", None) == "pydantic.main" else _attribute


def _field(whole: Any, name: str) -> object:  # noqa: ANN401 - a model of pydantic's
    fields: dict[str, Any] = whole.__dict__
    if name in fields:
        return fields[name]
    more: dict[str, object] | None = whole.__pydantic_extra__
    if more and name in more:
        return more[name]
    return getattr(whole, name, None) if _defines(whole.__class__, name) else None


@lru_cache(maxsize=1024)
def _defines(kind: type, name: str) -> bool:
    return hasattr(kind, name)


def _attribute(whole: object, name: str) -> object:
    if isinstance(whole, Mapping):
        return cast("Mapping[str, object]", whole).get(name)
    return getattr(whole, name, None)


def counts(reported: object) -> dict[str, int]:
    """Return every count that something reports, by its path."""
    found = ((path, part(reported, path)) for path in _PATHS)
    return {
        path: value
        for path, value in found
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0
    }


def tokens(found: Mapping[str, int]) -> dict[str, int]:
    """Return counts as attributes; what was not reported is absent, not 0."""
    shape = next((one for one in SHAPES if {one.input, one.output} & found.keys()), None)
    if shape is None:
        return {}
    known = {
        attributes.INPUT_TOKENS: _sum(found, shape.input, shape.beside_input),
        attributes.OUTPUT_TOKENS: _sum(found, shape.output, shape.beside_output),
        attributes.CACHE_READ_TOKENS: _first(found, shape.cache_read),
        attributes.CACHE_WRITE_TOKENS: _first(found, shape.cache_write),
        attributes.REASONING_TOKENS: _first(found, shape.reasoning),
    }
    return {name: count for name, count in known.items() if count is not None}


def _sum(found: Mapping[str, int], whole: str, beside: Paths) -> int | None:
    if whole not in found:
        return None
    return found[whole] + sum(found.get(path, 0) for path in beside)


def _first(found: Mapping[str, int], paths: Paths) -> int | None:
    return next((found[path] for path in paths if path in found), None)
