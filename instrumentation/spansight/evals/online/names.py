"""The evaluators that can be asked for by name, with or without a limit.

usual, within_latency=5, language=ko, matches_schema=ticket.json, polite=shop.quality:Polite
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from spansight.conventions import environment, labels
from spansight.errors import ConfigError
from spansight.evals import checks
from spansight.evals.model import Evaluator
from spansight.evals.places import as_evaluator, imported
from spansight.evals.quality import RAG
from spansight.evals.toxicity import NotAbusive, Toxicity, scorer_of

USUAL: Final = "usual"

_WITHOUT_TRUTH: Final = (
    labels.FAITHFULNESS,
    "relevancy",
    "context_relevance",
    "noise_ratio",
    "redundancy",
    "citation_accuracy",
)
"""Measures that need no right answer, which nobody knows of a question just asked."""


@dataclass(frozen=True, slots=True)
class Known:
    """An evaluator that has a name."""

    make: Callable[[str], Evaluator]
    """Makes it with what stands after its name, or with the default."""
    given: str = ""
    """What is expected after the name, for people; empty where nothing is."""
    default: str = ""
    """What holds where nothing stands there; with neither, something has to."""
    is_usual: bool = False


def evaluators_of(
    names: str, *, refuse: Callable[[str], object] | None = None
) -> dict[str, Evaluator]:
    """Return evaluators by name, of names separated by commas.

    A wrong one raises, unless `refuse` is to be told instead; then it is left out.
    """
    found: dict[str, Evaluator] = {}
    for entry in filter(None, map(str.strip, names.split(","))):
        try:
            found |= _made(entry)
        except ConfigError as error:
            if refuse is None:
                raise
            refuse(f"{environment.EVALUATE.name}: {error}; not evaluated")
    return found


def known() -> Mapping[str, Known]:
    """Return every evaluator that has a name."""
    return KNOWN


def _made(entry: str) -> dict[str, Evaluator]:
    name, _, given = (part.strip() for part in entry.partition("="))
    if name == USUAL:
        return {usual: one.make(one.default) for usual, one in KNOWN.items() if one.is_usual}
    one = KNOWN.get(name)
    if one is None and ":" in given:
        return {name: as_evaluator(imported(given, "evaluator"), given)}
    if one is None:
        expected = ", ".join((USUAL, *KNOWN))
        raise ConfigError(f"{entry!r}: expected one of {expected}, or name=module:evaluator")
    if given and not one.given:
        raise ConfigError(f"{entry!r}: expected {name} alone")
    if one.given and not (given or one.default or name == labels.TOXICITY):
        raise ConfigError(f"{entry!r}: expected {name}={one.given}")
    try:
        return {name: one.make(given or one.default)}
    except _AmountError as error:
        raise ConfigError(f"{name}={error}") from error


class _AmountError(ConfigError):
    """What stands after the name is no such number; the name is known where it is read."""


def _length(most: str) -> Evaluator:
    return checks.Length(most=_whole(most))


def _language(code: str) -> Evaluator:
    if code not in checks.LANGUAGES:
        raise ConfigError(f"language={code!r}: expected {' or '.join(checks.LANGUAGES)}")
    return checks.Language(cast("Any", code))


def _schema(path: str) -> Evaluator:
    try:
        schema: object = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path!r}: {error}; expected a file with a JSON Schema") from error
    if not isinstance(schema, dict):
        raise ConfigError(f"{path!r}: expected a JSON Schema, which is an object")
    return checks.MatchesSchema(cast("dict[str, Any]", schema))


def _whole(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise _AmountError(f"{text!r}: expected a whole number above 0")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise _AmountError(f"{text!r}: expected a number of seconds above 0")
    return seconds


KNOWN: Final[Mapping[str, Known]] = {
    "not_empty": Known(lambda _: checks.NotEmpty(), is_usual=True),
    "not_refused": Known(lambda _: checks.NotRefused(), is_usual=True),
    "not_cut_off": Known(lambda _: checks.NotCutOff(), is_usual=True),
    "within_latency": Known(
        lambda most: checks.WithinLatency(_seconds(most)), "seconds", "10", is_usual=True
    ),
    "within_tokens": Known(
        lambda most: checks.WithinTokens(_whole(most)), "tokens", "8000", is_usual=True
    ),
    "length": Known(_length, "characters", "8000", is_usual=True),
    "language": Known(_language, "ko or en"),
    "matches": Known(checks.Matches, "a regular expression without commas"),
    "matches_schema": Known(_schema, "a file with a JSON Schema"),
    "cites_contexts": Known(lambda _: checks.CitesContexts()),
    "not_abusive": Known(lambda _: NotAbusive()),
    labels.TOXICITY: Known(
        lambda path: Toxicity(scorer_of(path)) if path else Toxicity(), "module:function"
    ),
    **{name: Known(lambda _, name=name: RAG[name]) for name in _WITHOUT_TRUTH},
}
