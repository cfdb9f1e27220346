"""`spansight doctor`: one line a hop with the fix on failure, then the panels that are empty."""

import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, cast

import yaml
from rich.console import Console
from rich.markup import escape

from spansight.cli import FINDINGS, FINE, UNREACHABLE
from spansight.cli.amounts import amount
from spansight.errors import ConfigError, StoreUnavailable
from spansight.live import hops, panels
from spansight.live.findings import Finding
from spansight.stack import files, state
from spansight.stores.endpoints import Endpoints

_STYLES: Final = {
    "ok": "green",
    "empty": "yellow",
    "failed": "red",
    "unreachable": "red",
    "skipped": "yellow",
}
_WIDTH: Final = 15
_WEEK_MINUTES: Final = 10_080
"""Tempo looks for traces in no longer time."""
_WRONG_QUERY: Final = "write the boards again: spansight dashboards build"
_NO_TRAFFIC: Final = (
    "no such traffic in that time? `spansight demo` sends some, --minutes widens it"
)


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    parser.add_argument(
        "--minutes",
        type=_minutes,
        default=60,
        metavar="N",
        help="time range of the panels' queries, in minutes (default: %(default)s)",
    )


def _minutes(text: str) -> float:
    minutes = amount(text)
    if minutes > _WEEK_MINUTES:
        raise ArgumentTypeError(f"{text!r}: expected at most {_WEEK_MINUTES}, a week")
    return minutes


def main(arguments: Namespace) -> int:
    report = diagnose(state.endpoints(), minutes=arguments.minutes, quiet=arguments.json)
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in report], indent=2))
    return exit_code(report)


def diagnose(endpoints: Endpoints, *, minutes: float, quiet: bool = False) -> list[Finding]:
    """Check every hop and panel, print each line as it is known, and return all findings."""
    console = Console(quiet=quiet, highlight=False)
    report: list[Finding] = []
    said: set[str] = set()
    with console.status("following one call through the stack") as status:
        for finding in _findings(endpoints, minutes):
            report.append(finding)
            _say(console, finding, said)
            status.update(f"after {finding.hop}")
    return report


def exit_code(report: Sequence[Finding]) -> int:
    """Return 3 when a part of the stack does not answer, 1 when anything else was found."""
    outcomes = {finding.outcome for finding in report}
    if "unreachable" in outcomes:
        return UNREACHABLE
    return FINDINGS if outcomes & {"failed", "empty"} else FINE


def _findings(endpoints: Endpoints, minutes: float) -> Iterator[Finding]:
    root = files.root()
    yield from hops.follow(endpoints, _rule_names(root / "prometheus" / "rules"))
    yield from _panel_findings(root / "grafana" / "dashboards", endpoints, minutes)


def _panel_findings(folder: Path, endpoints: Endpoints, minutes: float) -> Iterator[Finding]:
    outcomes: list[panels.Outcome] = []
    silent: dict[str, StoreUnavailable] = {}
    for query in panels.queries(folder):
        if query.store not in silent:
            try:
                outcomes.append(panels.run(query, endpoints, window_s=minutes * 60))
            except StoreUnavailable as error:
                silent[query.store] = error
    for error in silent.values():
        yield Finding("panels", "unreachable", str(error), "spansight up")
    bad = {_place(outcome): outcome for outcome in outcomes if not outcome.samples}
    for place, outcome in bad.items():
        yield (
            Finding("panel", "failed", f"{place}: {outcome.error}", _WRONG_QUERY)
            if outcome.error
            else Finding("panel", "empty", place, _NO_TRAFFIC)
        )
    if not bad and not silent:
        boards = len({outcome.query.board for outcome in outcomes})
        names = len({_place(outcome) for outcome in outcomes})
        detail = f"{len(outcomes)} queries of {names} panels on {boards} board(s), none empty"
        yield Finding("panels", "ok", detail)


def _place(outcome: panels.Outcome) -> str:
    return f"{outcome.query.board} / {outcome.query.panel}"


def _rule_names(folder: Path) -> frozenset[str]:
    names: set[str] = set()
    for path in sorted(folder.glob("*.yaml")):
        try:
            content = cast("dict[str, Any]", yaml.safe_load(path.read_text("utf-8")))
            rules = [rule for group in content["groups"] for rule in group["rules"]]
            names |= {str(rule.get("alert") or rule["record"]) for rule in rules}
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"{path}: expected Prometheus rules ({type(error).__name__}); "
                "write it again with: spansight dashboards build"
            ) from error
    return frozenset(names)


def _say(console: Console, finding: Finding, said: set[str]) -> None:
    style = _STYLES[finding.outcome]
    line = f"[{style}]{finding.outcome:<11}[/] {finding.hop:<{_WIDTH}} {escape(finding.detail)}"
    console.print(line, soft_wrap=True)
    if finding.fix and finding.fix not in said:
        said.add(finding.fix)
        console.print(f"{'':<12}{'':<{_WIDTH}} → {escape(finding.fix)}", soft_wrap=True)
