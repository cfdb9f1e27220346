"""What the judge's own calls take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, cast

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion


@dataclass(frozen=True, slots=True)
class Used:
    """What one answer of the judge took."""

    model: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    """The part of the input that was in the provider's cache."""

    @classmethod
    def by(cls, completion: "ChatCompletion") -> Self | None:
        """Read what the endpoint told, if it did."""
        told = completion.usage
        if told is None:
            return None
        details = told.prompt_tokens_details
        cached = (details.cached_tokens if details else 0) or 0
        tokens = (told.prompt_tokens, told.completion_tokens, cached)
        # The client checks nothing, and not every server names its model.
        if not isinstance(cast("object", completion.model), str) or not all(
            isinstance(cast("object", count), int) for count in tokens
        ):
            return None
        return cls(completion.model, *tokens)


Pricing = Callable[[Used], float | None]
"""Returns dollars, None where nobody knows: then no cap holds."""


def cost(completion: "ChatCompletion", price: Pricing | None) -> float:
    """Return what a run adds up for an answer: nothing where tokens or prices are not known."""
    used = Used.by(completion)
    return (price(used) or 0.0) if used and price else 0.0
