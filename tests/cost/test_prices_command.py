"""``spansight prices`` as its users meet it."""

import json
from pathlib import Path
from shutil import copy

import pytest

from spansight.cli import main
from spansight.stack import files
from spansight.stack.state import State
from spansight.stores.endpoints import Endpoints

COLLECTOR = files.root() / "collector"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the committed prices."""
    for name in ("prices.yaml", "prices.ottl"):
        copy(COLLECTOR / name, tmp_path)
    return tmp_path


def test_the_committed_table_is_up_to_date() -> None:
    assert main(["prices", "build", "--check"]) == 0


def test_a_change_is_built_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "prices.yaml"
    path.write_text(path.read_text().replace("smollm2: free", "our-model: {input: 3, output: 9}"))
    assert main(["prices", "build", "--check", "--folder", str(folder)]) == 1
    assert "out of date; run `spansight prices build`" in capsys.readouterr().err
    assert main(["prices", "build", "--folder", str(folder)]) == 0
    assert main(["prices", "build", "--check", "--folder", str(folder)]) == 0
    assert "\nour-model=3 3 3 3 9\n" in (folder / "prices.ottl").read_text()
    assert not list(folder.glob("*.new"))


def test_a_broken_file_leaves_the_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "prices.ottl").read_bytes()
    (folder / "prices.yaml").write_text("as_of: 2026-11-22\nmodels:\n  x: {input: much}\n")
    assert main(["prices", "build", "--folder", str(folder)]) == 2
    said = capsys.readouterr().err
    assert f"{folder}/prices.yaml:3: input='much'; expected a number" in said
    assert said.count("\n") == 1
    assert (folder / "prices.ottl").read_bytes() == before


@pytest.mark.parametrize("content", [b"as_of: \xff", b"as_of: \x01", b"models: " + b"[" * 5000])
def test_prices_that_are_no_text_are_one_clear_line(
    folder: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (folder / "prices.yaml").write_bytes(content)
    assert main(["prices", "build", "--folder", str(folder)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"spansight: {folder}/prices.yaml: ")
    assert said.endswith("; expected YAML in UTF-8; the price table is unchanged\n")
    assert said.count("\n") == 1


def test_a_table_that_is_no_text_is_written_anew(folder: Path) -> None:
    before = (folder / "prices.ottl").read_bytes()
    (folder / "prices.ottl").write_bytes(b"\xff")
    assert main(["prices", "build", "--check", "--folder", str(folder)]) == 1
    assert main(["prices", "build", "--folder", str(folder)]) == 0
    assert (folder / "prices.ottl").read_bytes() == before


def test_a_stack_without_its_collector_applies_nothing(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = tmp_path / "cache" / "run"
    run.mkdir(parents=True)
    monkeypatch.setenv("SPANSIGHT_CACHE", str(tmp_path / "cache"))
    State(mode="native", folder=str(run), endpoints=Endpoints(), pids={"loki": 7}).write()
    assert main(["prices", "apply", "--folder", str(folder)]) == 3
    assert capsys.readouterr().err == (
        "spansight: the stack has no Collector that runs; `spansight up` starts it again\n"
    )


def test_a_price_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prices", "show", "gpt-4o-2024-08-06", "--folder", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "gpt-4o at openai" in said
    base, batch, *_ = [
        [word for word in line.replace("│", " ").split() if word != "┃"]
        for line in said.splitlines()
        if "│" in line
    ]
    assert base == ["any", "2.5", "1.25", "2.5", "2.5", "10"]
    assert batch == ["batch", "any", "1.25", "1.25", "1.25", "1.25", "5"]


def test_a_price_is_shown_to_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["prices", "show", "claude-sonnet-4-5", "--provider", "anthropic", "--json"]
    assert main([*words, "--folder", str(folder)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["price"]["rates"][0]["cache_write"] == 3.75
    assert said["price"]["rates"][1]["above"] == 200_000


def test_an_unknown_model_is_a_finding_with_a_guess(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prices", "show", "gpt-4o-mni", "--folder", str(folder)]) == 1
    said = capsys.readouterr().err
    assert "no price for model 'gpt-4o-mni' at provider 'openai'" in said
    assert "did you mean 'gpt-4o-mini'" in said


def test_a_missing_table_is_a_mistake_to_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prices", "show", "gpt-4o", "--folder", str(tmp_path)]) == 2
    assert "run that" in capsys.readouterr().err
