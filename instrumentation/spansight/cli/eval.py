"""`spansight eval`: run evaluators over a dataset, and close the gate where answers got worse."""

import json
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from rich.console import Console

from spansight.cli import FINDINGS, FINE, bounds, eval_tables
from spansight.cli.amounts import count, duration, moment, share
from spansight.cli.judging import listed, priced, require_prices
from spansight.cli.waiting import bar
from spansight.conventions import labels
from spansight.errors import ConfigError
from spansight.evals import catalog, reports
from spansight.evals.dataset import Dataset
from spansight.evals.gate import Comparison, Rules, compare
from spansight.evals.limits import Limits
from spansight.evals.offline import OFFLINE
from spansight.evals.running import evaluate
from spansight.evals.runs import Run
from spansight.evals.sampling import Window, sample
from spansight.evals.targets import Model, Target, target
from spansight.stack import state

_CALIBRATE: Final = "spansight.cli.calibrate"
_ACTIONS: Final = {
    "run": "ask and judge every case of a dataset",
    "gate": "compare a run with its baseline; exit with 1 if it is worse",
    "show": "show what a run says",
    "sample": "make a dataset of recorded traffic",
}


def configure(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="run|gate|show|sample|calibrate"
    )
    run, gate, show, drawn = (
        actions.add_parser(name, help=what, description=what) for name, what in _ACTIONS.items()
    )
    run.set_defaults(act=_run)
    _configure_run(run)
    gate.set_defaults(act=_gate)
    gate.add_argument("run", type=Path, metavar="RUN", help="the file of a run")
    gate.add_argument(
        "--baseline", type=Path, required=True, metavar="RUN", help="the file to compare with"
    )
    _configure_gate(gate)
    show.set_defaults(act=_show)
    show.add_argument("run", type=Path, metavar="RUN", help="the file of a run")
    show.add_argument("--json", action="store_true", help="print one JSON document instead")
    _configure_sample(drawn)
    if find_spec(_CALIBRATE):
        calibrate = import_module(_CALIBRATE)
        what = "say how far a judge agrees with people"
        judge = actions.add_parser("calibrate", help=what, description=what)
        judge.set_defaults(act=calibrate.main)
        calibrate.configure(judge)


def main(arguments: Namespace) -> int:
    """Run one action."""
    act: Callable[[Namespace], int] = arguments.act
    return act(arguments)


def _configure_run(parser: ArgumentParser) -> None:
    parser.add_argument(
        "dataset", type=Path, metavar="DATASET", help="a .jsonl, .csv or .yaml file"
    )
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--target", metavar="MODULE:FUNCTION", help="the function that answers")
    asked.add_argument("--model", help="the model that answers, at OPENAI_BASE_URL")
    parser.add_argument(
        "--prompt",
        type=Path,
        metavar="FILE",
        help="the model's system message; may contain {contexts}",
    )
    parser.add_argument("--temperature", type=float, metavar="N", help="the model's temperature")
    parser.add_argument(
        "--evaluator",
        action="append",
        metavar="NAME",
        help=f"one of ours, or module:name; may be repeated (default: {', '.join(OFFLINE)})",
    )
    parser.add_argument("--out", type=Path, metavar="RUN", help="write the run to this file")
    parser.add_argument("--baseline", type=Path, metavar="RUN", help="compare with this run")
    bounds.configure(parser)
    _configure_gate(parser)


def _configure_gate(parser: ArgumentParser) -> None:
    usual = Rules()
    parser.add_argument(
        "--metric", action="append", metavar="NAME", help="compare only this one; may be repeated"
    )
    parser.add_argument(
        "--minimum-effect",
        type=share,
        default=usual.minimum_effect,
        metavar="N",
        help="a smaller change of a mean does not matter (default: %(default)s)",
    )
    parser.add_argument(
        "--confidence",
        type=share,
        default=usual.confidence,
        metavar="N",
        help="confidence of all intervals together (default: %(default)s)",
    )
    parser.add_argument(
        "--lower-is-better",
        action="append",
        default=[],
        metavar="NAME",
        help="a metric of which more is worse; may be repeated",
    )
    parser.add_argument(
        "--allow-other-version",
        action="store_true",
        help="if the datasets differ, compare the cases that both have",
    )
    _configure_reports(parser, usual)


def _configure_reports(parser: ArgumentParser, usual: Rules) -> None:
    shown = "worst cases to show for each metric (default: %(default)s)"
    parser.add_argument("--worst", type=count, default=usual.worst, metavar="N", help=shown)
    seed = "seed of the bootstrap (default: %(default)s)"
    parser.add_argument("--seed", type=int, default=usual.seed, metavar="N", help=seed)
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML for CI")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write a comment for a pull request"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def _configure_sample(parser: ArgumentParser) -> None:
    parser.set_defaults(act=_sample)
    parser.add_argument(
        "--since",
        type=duration,
        default="24h",
        metavar="TIME",
        help="how far back, such as 7d (default: %(default)s)",
    )
    parser.add_argument(
        "--until",
        type=moment,
        default=None,
        metavar="TIME",
        help="the end, as ISO 8601 (default: now)",
    )
    size = "cases to draw (default: %(default)s)"
    parser.add_argument("--size", type=count, default=200, metavar="N", help=size)
    seed = "another seed draws another sample (default: %(default)s)"
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=seed)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the .jsonl file to write"
    )


def _run(arguments: Namespace) -> int:
    dataset = Dataset.read(arguments.dataset)
    evaluators, asked = priced(catalog.named(arguments.evaluator or OFFLINE)), _target(arguments)
    baseline = Run.read(arguments.baseline) if arguments.baseline else None
    _refuse_finished(arguments.out)
    # Nothing is asked before there is a place for what was found.
    for path in (arguments.out, arguments.junit, arguments.markdown):
        with _writing(path):
            pass
    if arguments.spend_usd is not None:
        require_prices(evaluators, [asked.name] if isinstance(asked, Model) else [])
    limits = Limits(
        concurrency=arguments.concurrency,
        timeout_s=arguments.timeout,
        retries=arguments.retries,
        per_second=arguments.per_second,
        spend_usd=arguments.spend_usd,
    )
    with bar(Console(stderr=True), f"evaluating {dataset.name}") as told:
        run = evaluate(
            dataset,
            evaluators,
            target=asked,
            limits=limits,
            file=arguments.out,
            progress=told,
        )
    if baseline is not None:
        return _report(compare(run, baseline, _rules(arguments)), arguments)
    _print_run(run, arguments)
    return FINDINGS if run.failures else FINE


def _sample(arguments: Namespace) -> int:
    end = time.time() if arguments.until is None else arguments.until
    window = Window(end - arguments.since, end)
    drawn = sample(state.endpoints(), window, size=arguments.size, seed=arguments.seed)
    with _writing(arguments.out):
        drawn.write(arguments.out)
    reasons = Counter(str(case.metadata["sampled"]) for case in drawn.cases)
    told = ", ".join(f"{times} {reason}" for reason, times in sorted(reasons.items()))
    print(f"{arguments.out}: {len(drawn.cases)} cases ({told})")
    return FINE


def _refuse_finished(out: Path | None) -> None:
    # What stands in such a file would be reported as if it had been asked for now.
    if out is not None and out.exists():
        before = Run.read(out)
        if not before.missing and not before.failures:
            raise ConfigError(
                f"{out}: a finished run of {before.started}; name another file, or remove it"
            )


def _target(arguments: Namespace) -> Target | None:
    if arguments.model is not None:
        if not arguments.model.strip():
            raise ConfigError(f"model {arguments.model!r}: expected a name")
        said = _prompt(arguments.prompt)
        return Model(arguments.model, said, arguments.temperature, listed())
    for option in ("prompt", "temperature"):
        if getattr(arguments, option) is not None:
            raise ConfigError(f"--{option} without --model; expected a model that it is for")
    return None if arguments.target is None else target(arguments.target)


def _prompt(path: Path | None) -> str:
    try:
        return path.read_text("utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}; expected the text of a prompt") from error


def _rules(arguments: Namespace) -> Rules:
    return Rules(
        minimum_effect=arguments.minimum_effect,
        confidence=arguments.confidence,
        metrics=arguments.metric or (),
        lower_is_better=labels.LOWER_IS_BETTER | {*arguments.lower_is_better},
        allows_other_version=arguments.allow_other_version,
        worst=arguments.worst,
        seed=arguments.seed,
    )


def _gate(arguments: Namespace) -> int:
    run, baseline = Run.read(arguments.run), Run.read(arguments.baseline)
    return _report(compare(run, baseline, _rules(arguments)), arguments)


@contextmanager
def _writing(path: Path | None) -> Generator[None]:
    """Make the folder of a file that is written in here."""
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; expected a place to write to") from error


def _report(comparison: Comparison, arguments: Namespace) -> int:
    for path, written in (
        (arguments.junit, reports.junit),
        (arguments.markdown, reports.markdown),
    ):
        if path is not None:
            with _writing(path):
                path.write_text(written(comparison), encoding="utf-8")
    if arguments.json:
        print(json.dumps(reports.data(comparison), indent=2, ensure_ascii=False))
    else:
        eval_tables.print_comparison(Console(highlight=False), comparison)
    return FINDINGS if comparison.findings else FINE


def _show(arguments: Namespace) -> int:
    _print_run(Run.read(arguments.run), arguments)
    return FINE


def _print_run(run: Run, arguments: Namespace) -> None:
    if arguments.json:
        print(json.dumps(eval_tables.data(run), indent=2, ensure_ascii=False))
    else:
        eval_tables.print_run(Console(highlight=False), run)
