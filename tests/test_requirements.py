"""docs/requirements.md is complete, and what it names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "requirements.md").read_text("utf-8").splitlines()
    if re.match(r"\| [SD]\d", line)
]
EXPECTED = [f"S{n:02}" for n in range(1, 121)] + [f"D{n}" for n in range(1, 10)]


def test_every_row_is_there_once() -> None:
    assert [row[0] for row in ROWS] == EXPECTED


def test_a_row_names_its_place_and_its_proof_or_says_that_it_is_open() -> None:
    for number, _, state, where, proof, missing in ROWS:
        assert state in {"done", "part", "open"}, number
        assert bool(where) == bool(proof) == (state != "open"), number
        assert bool(missing) == (state == "part"), number


def test_named_places_exist() -> None:
    for number, _, _, where, _, _ in ROWS:
        for place in re.findall(r"`([^`]+)`", where):
            assert (ROOT / place).exists(), f"{number}: {place}"


def test_named_tests_exist() -> None:
    for number, _, _, _, proof, _ in ROWS:
        for path, name in re.findall(r"`([^`:]+)::(\w+)`", proof):
            text = (ROOT / path).read_text("utf-8")
            assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE), f"{number}: {proof}"
