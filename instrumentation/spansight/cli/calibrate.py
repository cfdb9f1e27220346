"""``spansight eval calibrate``: say how far a judge agrees with people."""

import json
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median_low
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from spansight.cli import FINDINGS, FINE, bounds
from spansight.cli.amounts import count, share
from spansight.cli.judging import priced, require_prices
from spansight.cli.waiting import bar
from spansight.errors import ConfigError
from spansight.evals import catalog
from spansight.evals.dataset import Dataset
from spansight.evals.judge.calibration import (
    LEAST_PAIRS,
    Calibration,
    Said,
    Value,
    calibrations,
    refuse_few,
    said_by_people,
)
from spansight.evals.limits import Limits
from spansight.evals.model import Evaluator, Score
from spansight.evals.running import evaluate
from spansight.evals.runs import Run
from spansight.review.journal import HIGHEST, LOWEST, Journal
from spansight.review.pool import items
from spansight.review.queues import Item

_JUDGE: Final = "judge="
_HEADINGS: Final = (
    *("evaluation", "cases", "same", "kappa", "95 % interval"),
    *("weights", "not judged"),
)


def configure(parser: ArgumentParser) -> None:
    """Declare what is compared, and what of it is enough."""
    parser.add_argument(
        "labels",
        type=Path,
        metavar="LABELS",
        help="a dataset; the `metadata` of its cases says what people think: "
        '{"labels": {"relevance": 0.75}}',
    )
    parser.add_argument(
        "--reviews",
        type=Path,
        metavar="FILE",
        help="take what people said from this file of `spansight review`",
    )
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--judge",
        action="append",
        metavar="RUBRIC",
        help="relevance, completeness, faithfulness or a file of your own; may be repeated",
    )
    asked.add_argument("--run", type=Path, metavar="RUN", help="take the scores of this run")
    parser.add_argument("--out", type=Path, metavar="RUN", help="write the judge's scores here")
    parser.add_argument(
        "--weights",
        choices=("none", "linear", "quadratic"),
        help="how a distance counts (default: quadratic for numbers, none for labels)",
    )
    parser.add_argument(
        "--pass-at",
        type=share,
        metavar="SCORE",
        help="compare pass and fail only; a pass begins at SCORE",
    )
    parser.add_argument(
        "--least-pairs",
        type=count,
        default=LEAST_PAIRS,
        metavar="N",
        help="refuse fewer pairs of opinions (default: %(default)s)",
    )
    parser.add_argument(
        "--least-kappa", type=share, metavar="N", help="exit with 1 if the interval begins below N"
    )
    bounds.configure(parser, ("concurrency", "timeout", "spend-usd"))
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def main(arguments: Namespace) -> int:
    """Compare; return FINDINGS where a judge failed, or agrees too little."""
    dataset = Dataset.read(arguments.labels)
    finished = Run.read(arguments.run) if arguments.run else None
    judges = {} if finished else priced(_judges(arguments.judge))
    if arguments.spend_usd is not None:
        require_prices(judges)
    people = _people(
        arguments,
        dataset,
        [finished] if finished else [],
        finished.evaluators if finished else judges,
    )
    names = dict.fromkeys(name for _, name in people)
    refuse_few(people, names, arguments.least_pairs)
    run = finished or _judged(dataset, {name: judges[name] for name in names}, arguments)
    scores = [score for score in run.scores if score.name in names]
    found = calibrations(
        people,
        scores,
        least=arguments.least_pairs,
        weights=arguments.weights,
        pass_at=arguments.pass_at,
    )
    failures = [score for score in scores if score.error_type is not None]
    if arguments.json:
        print(json.dumps(_data(found, failures, run), indent=2, ensure_ascii=False))
    else:
        _print(Console(highlight=False), found, failures)
    short = [one for one in found if _is_short(one, arguments.least_kappa)]
    return FINDINGS if failures or short else FINE


def _people(
    arguments: Namespace, dataset: Dataset, runs: Sequence[Run], names: Iterable[str]
) -> Said:
    """Return what people said of what the judge has judged, or will."""
    if arguments.reviews:
        return _reviewed(arguments.reviews, items([dataset], runs), names)
    said = said_by_people(dataset)
    if not said:
        raise ConfigError(
            f"{arguments.labels}: nothing that people said; "
            'expected metadata such as {"labels": {"relevance": 0.75}}, or --reviews'
        )
    wanted = {key: value for key, value in said.items() if key[1] in set(names)}
    if not wanted:
        raise ConfigError(
            f"{arguments.labels}: values of {', '.join(sorted({name for _, name in said}))}; "
            f"expected some of {', '.join(sorted(names))}"
        )
    return wanted


def _reviewed(path: Path, reviewed: Iterable[Item], names: Iterable[str]) -> Said:
    """Return reviewers' scores, of several the middle one; they are of the answer as a whole."""
    if not path.is_file():
        raise ConfigError(f"{path}: no such file; expected the one that `spansight review` writes")
    shown = {(item.case.id, item.version) for item in reviewed}
    given: defaultdict[str, list[int]] = defaultdict(list)
    for one in Journal(path).judgements():
        # Of another answer to the same question, they said nothing of this one.
        if one.score is not None and (one.case, one.version) in shown:
            given[one.case].append(one.score)
    return {
        (case, name): (median_low(scores) - LOWEST) / (HIGHEST - LOWEST)
        for case, scores in given.items()
        for name in names
    }


def _judges(rubrics: Sequence[str]) -> Mapping[str, Evaluator]:
    return catalog.named(f"{_JUDGE}{rubric}" for rubric in rubrics)


def _judged(dataset: Dataset, judges: Mapping[str, Evaluator], arguments: Namespace) -> Run:
    limits = Limits(
        concurrency=arguments.concurrency,
        timeout_s=arguments.timeout,
        spend_usd=arguments.spend_usd,
    )
    with bar(Console(stderr=True), f"judging {dataset.name}") as told:
        return evaluate(dataset, judges, limits=limits, file=arguments.out, progress=told)


def _is_short(one: Calibration, least: float | None) -> bool:
    return least is not None and (one.kappa is None or one.kappa.low < least)


def _print(console: Console, found: Sequence[Calibration], failures: Sequence[Score]) -> None:
    summary = Table(
        "evaluation", "cases", "same", "kappa", "95 % interval", "weights", "not judged"
    )
    for one in found:
        known = one.kappa
        summary.add_row(
            escape(one.name),
            str(one.pairs),
            f"{known.same:.0%}" if known else "100%",
            f"{known.value:.2f}" if known else "none",
            f"{known.low:.2f} to {known.high:.2f}" if known else "",
            one.weights,
            str(one.unjudged),
        )
    console.print(summary)
    for one in found:
        beside = Table(f"{escape(one.name)}: people", *(f"judge {_told(v)}" for v in one.values))
        for value, counts in zip(one.values, one.table, strict=True):
            beside.add_row(_told(value), *map(str, counts))
        console.print(beside)
    for score in failures:
        why = f"{score.case}, {score.name}: {score.error_type}: {score.reason}"
        console.print(escape(why), style="red", soft_wrap=True)


def _told(value: Value) -> str:
    return escape(value) if isinstance(value, str) else f"{value:g}"


def _data(found: Sequence[Calibration], failures: Sequence[Score], run: Run) -> dict[str, Any]:
    return {
        "dataset": run.dataset,
        "started": run.started,
        "cost_usd": run.cost_usd,
        "failures": len(failures),
        "evaluations": {
            one.name: {
                "pairs": one.pairs,
                "kappa": one.kappa and one.kappa.value,
                "low": one.kappa and one.kappa.low,
                "high": one.kappa and one.kappa.high,
                "same": one.kappa.same if one.kappa else 1.0,
                "weights": one.weights,
                "not_judged": one.unjudged,
                "values": list(one.values),
                "table": [list(row) for row in one.table],
                "evaluator": run.evaluators[one.name],
            }
            for one in found
        },
    }
