"""Boards and rules for a stack of your own: Terraform's file, and rules that do not clash."""

import json
from pathlib import Path

import pytest

from spansight_dashboards.__main__ import main

RULES = Path("prometheus/rules")
TERRAFORM = Path("grafana/dashboards/spansight.tf.json")


def built(folder: Path, *words: str) -> int:
    return main(["build", "--out", str(folder), *words])


def mine(folder: Path, text: str) -> Path:
    path = folder / RULES / "mine.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


def test_terraform_applies_every_board_from_its_own_file(tmp_path: Path) -> None:
    assert built(tmp_path, "--terraform") == 0
    resources = json.loads((tmp_path / TERRAFORM).read_text())["resource"]
    boards = {path.stem: path for path in (tmp_path / TERRAFORM.parent).glob("*/*.json")}
    assert set(resources["grafana_dashboard"]) == {f"spansight_{name}" for name in boards}
    assert len(boards) > 1
    for name, path in boards.items():
        board = resources["grafana_dashboard"][f"spansight_{name}"]
        place = path.relative_to(tmp_path / TERRAFORM.parent)
        assert board["config_json"] == f'${{file("${{path.module}}/{place}")}}'
        assert board["folder"] == "${grafana_folder.spansight.uid}"
    assert resources["grafana_folder"]["spansight"]["title"] == "Spansight"


def test_terraform_s_file_comes_on_demand_only(tmp_path: Path) -> None:
    assert built(tmp_path) == 0
    assert not (tmp_path / TERRAFORM).exists()


@pytest.mark.parametrize(
    ("rule", "name", "file"),
    [
        ("alert: HighLatency", "HighLatency", "latency.yaml"),
        ("record: rag_faithfulness_score", "rag_faithfulness_score", "quality.yaml"),
    ],
)
def test_a_rule_of_one_name_in_two_files_is_refused(
    rule: str, name: str, file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = mine(tmp_path, f"groups: [{{name: mine, rules: [{{{rule}, expr: vector(1)}}]}}]")
    assert built(tmp_path) == 2
    assert capsys.readouterr().err == (
        f"spansight: {path}: {name!r} is a name in {file} too; rename it or move it\n"
    )
    assert [found.name for found in tmp_path.rglob("*.*")] == ["mine.yaml"]


def test_rules_of_other_names_are_nobody_s_business(tmp_path: Path) -> None:
    path = mine(tmp_path, "groups: [{name: mine, rules: [{alert: Mine, expr: vector(1)}]}]")
    before = path.read_text()
    assert built(tmp_path) == 0
    assert path.read_text() == before


@pytest.mark.parametrize("text", ["groups: [", "- a list", "", "groups: [{name: mine}]"])
def test_a_file_that_holds_no_rules_is_named(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = mine(tmp_path, text)
    assert built(tmp_path) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"spansight: {path}: not a file of rules (")
    assert line.endswith("; mend or move it")
