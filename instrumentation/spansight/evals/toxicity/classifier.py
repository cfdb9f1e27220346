"""The model of alt-profanity-check: words and their weights, read once and then summed up here.

Asked through scikit-learn it says the same thirty times as slowly, most of it spent on checking
its input.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from spansight.errors import ConfigError
from spansight.evals.toxicity import english
from spansight.evals.toxicity.quotation import outside
from spansight.evals.toxicity.threats import threatens

_MODULE: Final = "profanity_check"
_MISSING: Final = "toxicity needs alt-profanity-check; pip install 'spansight[toxicity]'"
_WORD: Final = re.compile(r"\b\w\w+\b")
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
_ENOUGH_KNOWN: Final = 0.6
_THREAT: Final = 0.9
"""What a threat scores at least, however friendly its words are."""


@dataclass(frozen=True, slots=True)
class Packaged:
    """Scores English; what is about people, bodies or somebody else's words is read as such."""

    is_plain: bool = False
    """Score any text as it is, as the package does: what it cannot read is harmless to it."""

    def __post_init__(self) -> None:
        if find_spec(_MODULE) is None:
            raise ConfigError(_MISSING)

    def prepare(self) -> None:
        """Load the model."""
        _model()

    def __call__(self, text: str) -> float | None:
        """Return the score, None for what is not English."""
        model = _model()
        if self.is_plain:
            return model.score(text)
        if not model.reads(text):
            return None
        score = model.score(english.neutral(text))
        return max(score, _THREAT) if threatens(outside(text)) else score


@dataclass(frozen=True, slots=True)
class _Fold:
    """One of the linear models whose probabilities are averaged."""

    weights: Sequence[float]
    intercept: float
    slope: float
    offset: float

    def probability(self, counted: Mapping[int, float], norm: float) -> float:
        weights = self.weights
        total = math.fsum(weights[place] * value for place, value in counted.items())
        margin = self.intercept + (total / norm if norm else 0.0)
        return 1 / (1 + math.exp(self.slope * margin + self.offset))


@dataclass(frozen=True, slots=True)
class _Model:
    places: Mapping[str, int]
    rarity: Sequence[float]
    folds: Sequence[_Fold]
    common: Collection[str]
    """Words that say nothing about a text, but in which language it is."""

    def reads(self, text: str) -> bool:
        """Whether most words are known ones: the model learned English alone."""
        words = _LETTERS.findall(text.lower())
        known = sum(word in self.common or word in self.places for word in words)
        return known > _ENOUGH_KNOWN * len(words)

    def score(self, text: str) -> float:
        """Return the mean probability: words by their rarity, whatever the text's length."""
        places = self.places
        words = Counter(_WORD.findall(text.lower()))
        counted = {
            places[word]: count * self.rarity[places[word]]
            for word, count in words.items()
            if word in places
        }
        norm = math.sqrt(math.fsum(value * value for value in counted.values()))
        return sum(fold.probability(counted, norm) for fold in self.folds) / len(self.folds)


@cache
def _model() -> _Model:
    """Load the model, which takes a second or two: its file is read by scikit-learn."""
    package: Any = import_module(f"{_MODULE}.{_MODULE}")
    vectorizer, model = package.vectorizer, package.model
    folds = [
        _Fold(
            weights=one.estimator.coef_[0].tolist(),
            intercept=float(one.estimator.intercept_[0]),
            slope=float(one.calibrators[0].a_),
            offset=float(one.calibrators[0].b_),
        )
        for one in model.calibrated_classifiers_
    ]
    places: Mapping[str, int] = dict(vectorizer.vocabulary_)
    return _Model(places, vectorizer.idf_.tolist(), folds, vectorizer.get_stop_words())
