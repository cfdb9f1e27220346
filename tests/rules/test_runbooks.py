"""What a runbook says to type or to look at exists: queries, commands, knobs, panels."""

import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Final

import promql_parser
import pytest

from dashboards.committed import ROOT, boards, links
from spansight.cli import COMMANDS
from spansight.conventions import environment
from spansight_dashboards import alerts, recordings
from spansight_dashboards.__main__ import config
from spansight_dashboards.config import DEFAULT, Config
from spansight_dashboards.rules import Alert
from support.queried import ATTRIBUTES, carried, unknown, unknown_to_loki, unknown_to_tempo

PAGES: Final = sorted((ROOT / "docs" / "runbooks").glob("*.md"))
NO_QUERY: Final = {
    "increase()",
    'stream_options={"include_usage": true}',
    "gpt-4o.*|claude-.*",
}
"""Code that only looks like a query: a function's name, an argument, a pattern."""

OF_SERVERS: Final = {"Targets", "Rules"}
"""Pages of Prometheus itself."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def code(page: Path) -> list[str]:
    return re.findall(r"`([^`]+)`", page.read_text("utf-8"))


def is_query(text: str) -> bool:
    asks = re.search(r"[({\[=]|\w:\w", text)
    return text not in NO_QUERY and not text.startswith("spansight ") and bool(asks)


def is_traceql(text: str) -> bool:
    return text.startswith("{ ")


def is_logql(text: str) -> bool:
    return text.startswith("{") and not is_traceql(text)


def promql(page: Path) -> Iterator[str]:
    """Yield every query of Prometheus, a bare condition on a label as one of all series."""
    for text in code(page):
        if text in carried():
            yield text
        elif is_query(text) and not text.startswith("{"):
            yield text if "(" in text or "{" in text or ":" in text else f"{{{text}}}"


@every_page
def test_a_query_is_promql_of_series_and_labels_that_there_are(page: Path) -> None:
    for query in promql(page):
        if query.startswith("{"):
            condition = promql_parser.parse(query)
            assert isinstance(condition, promql_parser.VectorSelector)
            (matcher,) = condition.matchers.matchers
            assert matcher.name in set().union(*carried().values()), query
        else:
            assert unknown(query) == [], query


def test_a_query_that_nobody_can_answer_is_found() -> None:
    assert unknown("sum by (modell) (rate(llm_request_total[5m]))") == ["llm_request_total{modell}"]
    assert unknown('llm_requests_total{service="a"} / up') == ["llm_requests_total"]
    assert unknown('sum(service:llm_request:increase1h{model="x"})') == [
        "service:llm_request:increase1h{model}"
    ]
    with pytest.raises(ValueError, match="unclosed"):
        unknown("sum by (service (up)")


@every_page
def test_a_query_of_traces_or_events_names_attributes_that_there_are(page: Path) -> None:
    for text in code(page):
        if is_traceql(text):
            assert unknown_to_tempo(text) == set(), text
        elif is_query(text) and is_logql(text):
            assert unknown_to_loki(text) == set(), text


def test_there_are_queries_of_every_kind() -> None:
    every = [text for page in PAGES for text in code(page) if is_query(text)]
    assert len([query for page in PAGES for query in promql(page)]) > 30
    assert any(map(is_traceql, every))
    assert any(map(is_logql, every))


@every_page
def test_a_command_is_understood_and_its_knob_may_be_that(page: Path) -> None:
    for text in code(page):
        if text.startswith("spansight "):
            _, name, *words = shlex.split(text)
            module, _ = COMMANDS[name]
            parser = ArgumentParser(exit_on_error=False)
            import_module(f"spansight.cli.{module}").configure(parser)
            arguments = parser.parse_args(words)
            if name == "dashboards":
                knobs = config(arguments)
                assert recordings.groups(knobs)
                assert alerts.groups(knobs)


@every_page
def test_a_single_word_of_code_is_in_some_vocabulary(page: Path) -> None:
    """A knob, a variable, an attribute or a label: what was renamed is found here."""
    knobs = {field.name for field in fields(Config)}
    variables = {variable.name for variable in environment.ALL} | of_the_collector()
    rules = [rule for group in alerts.groups(DEFAULT) for rule in group.rules]
    marked = [set(rule.marked) for rule in rules if isinstance(rule, Alert)]
    names = knobs.union(*carried().values(), *marked, carried(), ATTRIBUTES, WORDS)
    for text in code(page):
        if re.fullmatch(r"SPANSIGHT_\w+", text):
            assert text in variables
        elif re.fullmatch(r"(gen_ai|spansight)\.[\w.]+", text):
            assert text in ATTRIBUTES
        elif re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", text):
            assert text in names, text


def of_the_collector() -> set[str]:
    """Return the variables that its own files read."""
    files = (ROOT / "collector").glob("*.yaml")
    return {name for path in files for name in re.findall(r"env:(\w+)", path.read_text("utf-8"))}


WORDS: Final = {
    "answer_relevancy",
    "queue_full",
    "spansight_body_bytes",
    "top_k",
    "unknown_model",
    "unknown_usage",
    "user_query",
}
"""Values of labels and attributes."""


@every_page
def test_what_to_look_at_is_on_a_board(page: Path) -> None:
    known = set(shown()) | OF_SERVERS
    prose = re.sub(r"`[^`]*`|\*\*[^*]*\*\*", "", page.read_text("utf-8"))
    for title in re.findall(r"\*([A-Z0-9][^*\n]+)\*", prose):
        assert title in known, title


def shown() -> Iterator[str]:
    """Yield every title that a reader of the boards meets."""
    for board in boards().values():
        yield board["title"]
        yield from (variable["label"] for variable in board["templating"]["list"])
        yield from (link["title"] for link in board["links"])
        for panel in board["panels"]:
            yield panel["title"]
            yield from (link["title"] for link in links(panel))
            for step in panel.get("transformations", ()):
                yield from step["options"].get("renameByName", {}).values()
