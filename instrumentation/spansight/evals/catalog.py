"""Evaluators by name: those without a model, a judge's, searches', and the user's own."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final, NoReturn, cast

from spansight.conventions import labels
from spansight.errors import ConfigError
from spansight.evals.entailment.nli import Nli
from spansight.evals.judge import Graded, Judge, JudgedFaithfulness
from spansight.evals.judge.rubrics import BY_NAME
from spansight.evals.model import Evaluator
from spansight.evals.online.names import USUAL, evaluators_of, known
from spansight.evals.places import as_evaluator, loaded, look_here
from spansight.evals.quality import RAG, Faithfulness, ranked
from spansight.evals.ragas import Ragas
from spansight.measures import ranking

_AT: Final = re.compile(r"_at_([1-9]\d{0,3})$")


def named(entries: Iterable[str]) -> dict[str, Evaluator]:
    """Return evaluators by the names of their metrics.

    An entry is a measure such as `faithfulness` or `recall_at_5`, a check such as `length=500`,
    `judge=relevance` or the file of a rubric in its place, `nli=` and the folder of a model that
    checks claims, `ragas=faithfulness`, or `module:name` of the user's own: an evaluator, its class
    or a mapping of several, with `metric=` before it if need be.
    """
    found: dict[str, Evaluator] = {}
    for entry in entries:
        for metric, evaluator in _found(entry).items():
            if metric in found:
                raise ConfigError(f"evaluator {metric!r} twice; expected each once")
            found[metric] = evaluator
    return found


def _found(entry: str) -> Mapping[str, Evaluator]:
    if entry in RAG:
        return {entry: RAG[entry]}
    at = _AT.search(entry)
    if at or entry in ranking.OF_ALL:
        searches = ranked(int(at[1]) if at else ranking.CUTOFFS[0])
        if entry in searches:
            return {entry: searches[entry]}
    kind, _, what = entry.partition("=")
    if kind in _MODELS:
        return _MODELS[kind](what)
    check = known().get(kind)
    if ":" in entry and not (check and check.given):
        return _own(entry)
    if kind != USUAL and not check:
        _refuse(entry)
    look_here()  # for a scorer of the user's own
    return evaluators_of(entry)


def _refuse(entry: str) -> NoReturn:
    names = [*dict.fromkeys([*RAG, *known(), *ranking.OF_ALL])]
    near = get_close_matches(entry, names, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    families = [f"{name}_at_K" for name in ranking.AT_K] + [f"{name}=…" for name in _MODELS]
    expected = ", ".join([USUAL, *names, *families])
    raise ConfigError(f"evaluator {entry!r}: expected one of {expected}, or module:name{hint}")


def _judged(rubric: str) -> Mapping[str, Evaluator]:
    judge = Judge.from_env()
    if rubric == labels.FAITHFULNESS:
        return {rubric: JudgedFaithfulness(judge)}
    if rubric in BY_NAME:
        return {rubric: Graded(BY_NAME[rubric], judge)}
    return {Path(rubric).stem: Graded.by(rubric, judge)}


def _entailed(folder: str) -> Mapping[str, Evaluator]:
    return {labels.FAITHFULNESS: Faithfulness(Nli(folder), by="nli")}


def _of_ragas(metric: str) -> Mapping[str, Evaluator]:
    return {metric: Ragas(metric, Judge.from_env())}


_MODELS: Final[Mapping[str, Callable[[str], Mapping[str, Evaluator]]]] = {
    "judge": _judged,
    "nli": _entailed,
    "ragas": _of_ragas,
}
"""Who is asked → the evaluator of what it is asked with."""


def _own(entry: str) -> Mapping[str, Evaluator]:
    metric, equals, place = entry.rpartition("=")
    found = loaded(place, "evaluator")
    if isinstance(found, Mapping):
        several = cast("Mapping[str, object]", found)
        return {name: as_evaluator(one, place) for name, one in several.items()}
    name = metric if equals else place.rpartition(":")[2].rpartition(".")[2]
    return {name: as_evaluator(found, place)}
