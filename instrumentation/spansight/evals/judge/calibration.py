"""Does a judge say what people say?  Pairs of both, how far they agree, and where they do not."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from spansight.errors import ConfigError
from spansight.evals.dataset import Dataset
from spansight.evals.model import FAIL, PASS, Score, is_score
from spansight.measures.agreement import Kappa, Weights, confusion, kappa

LEAST_PAIRS: Final = 30
"""With fewer, the interval says little: half of [-1, 1] at a kappa of 0.5."""

LABELS: Final = "labels"
"""Where in a case's `metadata` people's values stand, by the name of the evaluation."""

_MOST_VALUES: Final = 10
_DECIMALS: Final = 3

Value = float | str
Said = Mapping[tuple[str, str], Value]
"""What people said, by case and evaluation: a number from 0 to 1, or a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """People and one judge."""

    name: str
    kappa: Kappa | None
    """None where both always say the same one thing: then there is nothing to agree on."""
    weights: Weights
    pairs: int
    values: Sequence[Value]
    table: Sequence[Sequence[int]]
    """How often people said each value, by row, and the judge beside it, by column."""
    unjudged: int
    """Cases that people have a value of, and the judge has none."""


def said_by_people(dataset: Dataset) -> dict[tuple[str, str], Value]:
    """Read people's values out of the cases."""
    said: dict[tuple[str, str], Value] = {}
    for case in dataset.cases:
        found: object = case.metadata.get(LABELS) or {}
        if not isinstance(found, Mapping):
            raise ConfigError(
                f"case {case.id!r}: {LABELS}={found!r:.60}; expected names and values"
            )
        for name, value in cast("Mapping[str, object]", found).items():
            said[case.id, name] = _value(value, f"case {case.id!r}: {LABELS}: {name}")
    return said


def refuse_few(people: Said, names: Iterable[str], least: int = LEAST_PAIRS) -> None:
    """Refuse what people have said too little of, before anybody is asked."""
    known = Counter(name for _, name in people)
    for name in names:
        if known[name] < least:
            raise ConfigError(
                f"{name}: people have judged {known[name]} cases; expected at least {least}"
            )


def calibrations(
    people: Said,
    judged: Iterable[Score],
    *,
    least: int = LEAST_PAIRS,
    weights: Weights | None = None,
    pass_at: float | None = None,
) -> list[Calibration]:
    """Return one for each evaluation that both have values of; too few pairs are refused.

    Without weights, numbers count by the square of their distance, labels as the same or not.
    """
    scores: dict[str, dict[str, Score]] = {}
    for score in judged:
        scores.setdefault(score.name, {})[score.case] = score
    found: list[Calibration] = []
    for name, by_case in scores.items():
        own = {case: value for (case, of), value in people.items() if of == name}
        pairs = [
            (_seen(value, pass_at), _seen(opinion, pass_at))
            for case, value in own.items()
            if (opinion := _opinion(by_case.get(case), value)) is not None
        ]
        if len(pairs) < least:
            failed = [one for one in by_case.values() if one.error_type]
            why = f"; {failed[0].error_type}: {failed[0].reason:.200}" if failed else ""
            raise ConfigError(
                f"{name}: {len(pairs)} cases with a value of both; expected at least {least}{why}"
            )
        found.append(_calibration(name, pairs, weights, len(own) - len(pairs)))
    return found


def _calibration(
    name: str, pairs: Sequence[tuple[Value, Value]], weights: Weights | None, unjudged: int
) -> Calibration:
    are_numbers = all(isinstance(value, float) for pair in pairs for value in pair)
    if weights in ("linear", "quadratic") and not are_numbers:
        raise ConfigError(f"{name}: weights={weights!r} of labels; expected 'none'")
    chosen: Weights = weights or ("quadratic" if are_numbers else "none")
    values, table = confusion(pairs)
    if len(values) > _MOST_VALUES:
        raise ConfigError(
            f"{name}: {len(values)} different values; expected at most {_MOST_VALUES}; "
            "with a threshold, pass and fail are compared"
        )
    return Calibration(
        name=name,
        kappa=kappa(pairs, chosen),
        weights=chosen,
        pairs=len(pairs),
        values=values,
        table=table,
        unjudged=unjudged,
    )


def _opinion(score: Score | None, beside: Value) -> Value | None:
    """Return what the judge said in the kind of value that people said it in."""
    if score is None:
        return None
    return score.label if isinstance(beside, str) else score.value


def _seen(value: Value, pass_at: float | None) -> Value:
    if isinstance(value, str):
        return value
    if pass_at is not None:
        return PASS if value >= pass_at else FAIL
    return round(value, _DECIMALS)


def _value(value: object, where: str) -> Value:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and value.strip():
        return value.strip()
    if isinstance(value, int | float) and is_score(value):
        return float(value)
    raise ConfigError(f"{where}={value!r:.40}; expected a number from 0 to 1, a bool or a label")
