"""The table of dialects: it leads into the vocabulary only, and the Collector's file follows it."""

import re
import sys
from pathlib import Path

import pytest

from spansight.conventions import attributes
from spansight.dialects import collector
from spansight.dialects.model import Dialect
from spansight.dialects.table import DIALECTS, PROVIDERS
from spansight.stack import files

FILES = files.root() / "collector"
VOCABULARY = {
    value for name, value in vars(attributes).items() if name.isupper() and isinstance(value, str)
}
OPERATIONS = {
    *attributes.INFERENCE_OPERATIONS,
    attributes.RETRIEVAL,
    attributes.EXECUTE_TOOL,
    attributes.INVOKE_AGENT,
    attributes.INVOKE_WORKFLOW,
}

each = pytest.mark.parametrize("dialect", DIALECTS, ids=[dialect.name for dialect in DIALECTS])


@each
def test_every_row_leads_into_the_vocabulary(dialect: Dialect) -> None:
    assert {row.here for row in dialect.rows} <= VOCABULARY
    assert {here for table in dialect.operations for here in table.values.values()} <= OPERATIONS


@each
def test_no_row_takes_away_what_is_ours(dialect: Dialect) -> None:
    taken = {row.theirs for row in dialect.rows if not row.keeps and row.theirs != row.here}
    assert not (taken | set(dialect.drops)) & VOCABULARY
    content = re.compile("|".join(f"(?:{name})" for name in dialect.content) or "(?!)")
    assert not [name for name in VOCABULARY if content.fullmatch(name)]


@each
def test_no_fact_is_said_twice(dialect: Dialect) -> None:
    rows = [(row.here, row.theirs, row.read) for row in dialect.rows]
    assert len(rows) == len(set(rows))


@each
def test_every_reported_cost_is_read_by_the_cost_step(dialect: Dialect) -> None:
    written = (FILES / "cost.yaml").read_text("utf-8")
    assert [name for name in dialect.costs if f'"{name}"' not in written] == []


def test_names_of_providers_need_no_second_look() -> None:
    assert not set(PROVIDERS) & set(PROVIDERS.values())
    assert all(name == name.lower() for name in PROVIDERS)


def test_the_collectors_file_follows_the_table() -> None:
    assert (FILES / "normalise.yaml").read_text("utf-8") == collector.text()


def test_a_stale_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "normalise.yaml"
    monkeypatch.setattr(sys, "argv", ["collector", str(file), "--check"])
    assert collector.main() == 1
    assert capsys.readouterr().err == f"{file} is stale; run: make generate\n"
    monkeypatch.setattr(sys, "argv", ["collector", str(file)])
    assert collector.main() == 0
    monkeypatch.setattr(sys, "argv", ["collector", str(file), "--check"])
    assert collector.main() == 0
