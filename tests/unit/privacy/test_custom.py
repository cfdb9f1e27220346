"""Patterns of one's own: read, checked, and refused with one clear line."""

import json
from pathlib import Path

import pytest

from spansight.errors import ConfigError
from spansight.privacy import collector
from spansight.privacy.custom import load, unfit
from spansight.privacy.patterns import PATTERNS


@pytest.mark.parametrize(
    "regex",
    [
        r"(?<=a)b",
        r"(?!a)b",
        r"(a)\1",
        r"a++",
        r"(?>a)",
        r"(?P<x>a)(?P=x)",
        r"(?x) a b",
        r"a\Z",
        r"\p{L}",
        r"[[:alpha:]]",
        r"a{,3}b",
        r"a{1001}",
        r"[a",
        r"a*",
        r"\u0041",
    ],
)
def test_what_one_engine_alone_runs_is_unfit(regex: str) -> None:
    assert unfit(regex)


@pytest.mark.parametrize("regex", [r"\bE-[0-9]{6}\b", r"(?i)secret-\w+", r"사번 ?\d{4,8}", r"a\\Z"])
def test_what_both_run_is_fit(regex: str) -> None:
    assert unfit(regex) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[", "expected a readable JSON or YAML file"),
        ("[]", "expected a list under 'patterns'"),
        ('{"patterns": [3]}', "expected name, regex and, at will, literals"),
        ('{"patterns": [{"name": "x", "regex": "y"}]}', "expected capitals"),
        ('{"patterns": [{"name": "X", "regex": 3}]}', "is no text"),
        ('{"patterns": [{"name": "X", "regex": "y", "literals": ["Y"]}]}', "lower-case"),
        ('{"patterns": [{"name": "X", "regex": "y", "flags": 1}]}', "expected name, regex"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path: Path, content: str, said: str) -> None:
    for suffix in ("json", "yaml"):
        file = tmp_path / f"mine.{suffix}"
        file.write_text(content)
        with pytest.raises(ConfigError, match=said) as raised:
            load(str(file))
        assert "\n" not in str(raised.value)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match=r"'/nowhere/mine\.json'"):
        load("/nowhere/mine.json")


def test_no_file_means_our_patterns() -> None:
    assert load("") == PATTERNS


def test_the_collectors_file_has_them_too(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"patterns": [{"name": "MINE", "regex": "E-[0-9]{6}"}]}))
    text = collector.text(load(str(file)))
    assert text.count("(?:E-[0-9]{6})") > text.count("private key-----") / 10
    assert "[MINE]" in text
