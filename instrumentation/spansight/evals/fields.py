"""The fields of a case as plain data: what each may hold, and what a mistake is answered with."""

import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final, NoReturn, cast

from spansight.errors import ConfigError
from spansight.evals.model import Case


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field may hold."""

    expected: str
    accepts: Callable[[Any], bool]
    is_json: bool = True
    """Whether a cell of a table, where all is text, holds it as JSON."""


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_amount(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and value >= 0


def _is_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(one, str) for one in cast("list[object]", value)
    )


def _is_metadata(value: object) -> bool:
    try:
        # A run's file has it: a date or NaN would be found out when there is something to lose.
        return isinstance(value, dict) and bool(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        return False


def _hexadecimal(digits: int) -> Kind:
    pattern = re.compile(rf"[0-9a-f]{{{digits}}}", re.IGNORECASE)
    return Kind(
        f"{digits} hexadecimal digits",
        lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None,
        is_json=False,
    )


_TEXT: Final = Kind("a text", lambda value: isinstance(value, str), is_json=False)
_TEXTS: Final = Kind('a list of texts, such as ["…", "…"]', _is_texts)
_COUNT: Final = Kind("a whole number, 0 or more", _is_count)

FIELDS: Final[Mapping[str, Kind]] = {
    "id": _TEXT,
    "question": _TEXT,
    "answer": _TEXT,
    "contexts": _TEXTS,
    "ground_truth": _TEXT,
    "retrieved": _TEXTS,
    "relevant": _TEXTS,
    "latency_s": Kind("a number of seconds, 0 or more", _is_amount),
    "input_tokens": _COUNT,
    "output_tokens": _COUNT,
    "finish_reason": _TEXT,
    "trace_id": _hexadecimal(32),
    "span_id": _hexadecimal(16),
    "response_id": _TEXT,
    "metadata": Kind('names and values of JSON, such as {"topic": "fares"}', _is_metadata),
}

_ASKED: Final = frozenset({"id", "question", "ground_truth", "relevant"})
_OF_ANSWERS: Final = tuple(name for name in FIELDS if name not in _ASKED)


def case(given: Mapping[str, object], where: str, number: int) -> Case:
    """Read one case; without an id, its number is one."""
    said = {name: value for name, value in given.items() if value is not None}
    for name, value in said.items():
        if name not in FIELDS:
            _refuse_name(where, name)
        _require(name, value, where)
    if not str(said.get("question", "")).strip():
        raise ConfigError(f"{where}: no `question`; expected the text that was asked")
    return Case(**cast("Any", {"id": str(number), **said, **_tuples(said)}))


def answered(asked: Case, reply: Mapping[str, object], where: str) -> tuple[Case, float]:
    """Return a case with what is told of its answer, and what that cost, as `cost_usd`."""
    said = {name: value for name, value in reply.items() if value is not None}
    cost_usd = said.pop("cost_usd", 0.0)
    if not _is_amount(cost_usd):
        raise ConfigError(f"{where}: cost_usd={cost_usd!r:.80}; expected dollars, 0 or more")
    for name, value in said.items():
        if name not in _OF_ANSWERS:
            _refuse_name(where, name, _OF_ANSWERS)
        _require(name, value, where)
    if "answer" not in said:
        raise ConfigError(f"{where}: no `answer`; expected a text")
    answer = replace(asked, **cast("Any", {**said, **_tuples(said)}))
    return answer, cast("float", cost_usd)


def row(one: Case) -> dict[str, object]:
    """Return a case as plain data, without what nobody knows."""
    usual = Case(id="", question="")
    said = {name: getattr(one, name) for name in FIELDS}
    return {name: value for name, value in said.items() if value != getattr(usual, name)}


def _require(name: str, value: object, where: str) -> None:
    if not FIELDS[name].accepts(value):
        raise ConfigError(f"{where}: {name}={value!r:.80}; expected {FIELDS[name].expected}")


def _tuples(said: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(cast("list[str]", said[name]))
        for name, kind in FIELDS.items()
        if kind is _TEXTS and name in said
    }


def _refuse_name(where: str, name: str, known: Collection[str] = FIELDS) -> NoReturn:
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]!r}?" if near else "put what else you know under `metadata`"
    raise ConfigError(f"{where}: field {name!r}; expected one of {', '.join(known)}; {hint}")
