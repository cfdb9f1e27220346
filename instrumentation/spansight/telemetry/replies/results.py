"""What a search returned: how many, how relevant, which.  Pure.

Searches return whatever their library has; what is read here is an attribute, a key, or a part of
a pair, and what is not there is not known.
"""

import math
from collections.abc import Collection, Hashable, Mapping
from numbers import Integral, Real
from typing import Final, cast

from opentelemetry.util.types import AnyValue, AttributeValue

from spansight.conventions import attributes

_IDS: Final = ("doc_id", "document_id", "id")
_TEXTS: Final = ("text", "page_content", "content")
_PAIR: Final = 2


def told(found: int | Collection[object]) -> Mapping[str, AttributeValue]:
    """Return what a span says of results: their number, and their scores if each has one.

    They may be a bare number of them, bare scores, or the results themselves.
    """
    if isinstance(found, int | Integral):
        return {attributes.RAG_RESULTS: int(found)}
    scores = [_score(item) for item in found]
    known = [value for value in scores if value is not None]
    finite = [value for value in known if math.isfinite(value)]
    recorded: dict[str, AttributeValue] = {attributes.RAG_RESULTS: len(scores)}
    if finite and len(known) == len(scores):
        recorded[attributes.RAG_SCORE_MEAN] = math.fsum(finite) / len(finite)
        recorded[attributes.RAG_SCORE_MAX] = max(finite)
        recorded[attributes.RAG_SCORE_MIN] = min(finite)
    return recorded


def documents(found: Collection[object]) -> list[dict[str, AnyValue]]:
    """Return results as the conventions tell them, each with what of it is known."""
    return [{k: v for k, v in _document(item).items() if v is not None} for item in found]


def _document(item: object) -> dict[str, AnyValue]:
    known, relevance = identity(item), _score(item)
    return {
        "id": None if known is None else str(known),
        "score": relevance if relevance is not None and math.isfinite(relevance) else None,
        "content": text(item),
    }


def score(item: object) -> float | None:
    """Return the relevance score of a result: an attribute, a key, or the second of a pair."""
    value, parts = _named(item, "score"), _parts(item)
    if value is None and len(parts) == _PAIR:
        value = parts[1]
    return float(value) if isinstance(value, Real) else None


def identity(item: object) -> Hashable | None:
    """Return the id of a result: an attribute, a key, itself, or that of the first of a pair."""
    if isinstance(item, str | int):
        return item
    named = (_named(item, name) for name in _IDS)
    known = (value for value in named if isinstance(value, Hashable) and value is not None)
    parts = _parts(item)
    return next(known, identity(parts[0]) if parts else None)


def text(item: object) -> str | None:
    """Return the text of a result: an attribute, a key, or that of the first of a pair."""
    named = (_named(item, name) for name in _TEXTS)
    parts = _parts(item)
    return next(
        (value for value in named if isinstance(value, str)), text(parts[0]) if parts else None
    )


def _score(item: object) -> float | None:
    return float(item) if isinstance(item, Real) else score(item)


def _parts(item: object) -> tuple[object, ...]:
    return cast("tuple[object, ...]", item) if isinstance(item, tuple) else ()


def _named(item: object, name: str) -> object:
    if isinstance(item, Mapping):
        return cast("Mapping[str, object]", item).get(name)
    return getattr(item, name, None)
