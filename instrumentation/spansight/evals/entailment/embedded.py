"""Sentence embeddings of yours: near in meaning, and neither another number nor a denial."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import mul

from spansight.errors import ConfigError
from spansight.measures.sentences import sentences
from spansight.measures.support import contradiction, plain

Vector = Sequence[float]
Embed = Callable[[Sequence[str]], Sequence[Vector]]
"""Gives each text its vector."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Compares a claim with each sentence of the contexts by the cosine of their embeddings.

    Embeddings hardly notice a changed number or a `not`: those are compared as words are.
    """

    embed: Embed
    enough: float = 0.8
    """The cosine from which on two sentences say the same; it differs from model to model."""
    _of: Callable[[tuple[str, ...]], "list[tuple[str, Vector]]"] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if not 0 < self.enough <= 1:
            raise ConfigError(f"enough={self.enough!r}: expected a number above 0, up to 1")
        # All claims of an answer are compared with the same contexts.
        object.__setattr__(self, "_of", lru_cache(maxsize=64)(self._passages))

    def __repr__(self) -> str:
        """Name the function: its address is another one in each process."""
        function = self.embed
        name = getattr(function, "__qualname__", type(function).__qualname__)
        return f"Embedded({function.__module__}:{name}, enough={self.enough})"

    def objection(self, claim: str, contexts: Sequence[str], /) -> str | None:
        """Return None where a sentence says the same, else how close the nearest comes, or why."""
        passages = self._of(tuple(contexts))
        if not passages:
            return "there is no context"
        said = plain(claim)
        (vector,) = self._vectors([said])
        near = sorted(
            ((_cosine(vector, other), passage) for passage, other in passages), reverse=True
        )
        alike = [passage for cosine, passage in near if cosine >= self.enough]
        if not alike:
            return f"nothing in the context is close to it ({near[0][0]:.2f})"
        why = [contradiction(said, passage) for passage in alike]
        return None if None in why else why[0]

    def _passages(self, contexts: tuple[str, ...]) -> list[tuple[str, Vector]]:
        texts = [sentence for context in contexts for sentence in sentences(plain(context))]
        return list(zip(texts, self._vectors(texts), strict=True)) if texts else []

    def _vectors(self, texts: Sequence[str]) -> Sequence[Vector]:
        vectors = self.embed(texts)
        if len(vectors) != len(texts):
            raise ValueError(f"embed gave {len(vectors)} vectors of {len(texts)} texts")
        return vectors


def _cosine(one: Vector, other: Vector) -> float:
    if len(one) != len(other):
        raise ValueError(f"embed gave vectors of {len(one)} and {len(other)} numbers")
    length = math.hypot(*one) * math.hypot(*other)
    cosine = math.fsum(map(mul, one, other)) / length if length else 0.0
    if not math.isfinite(cosine):
        raise ValueError("embed gave a vector with NaN or infinity")
    return cosine
