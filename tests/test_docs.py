"""Every code block of the docs does what it says: Python runs, commands parse, YAML loads.

So does every example that a command's help ends with.
"""

import re
import shlex
import subprocess
import sys
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from spansight.cli import COMMANDS, EXAMPLES
from spansight.conventions import environment

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = [
    pytest.param(language, code, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    for number, (language, code) in enumerate(
        re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    )
]
HELP = [
    pytest.param("bash", "\n".join(lines), id=f"spansight {name} --help")
    for name, lines in EXAMPLES.items()
]
README_LINES = 120


def run_python(code: str) -> None:
    child = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stderr


def check_commands(code: str) -> None:
    for line in code.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        while words and re.fullmatch(r"\w+=.*", words[0]):
            words = words[1:]
        if words:
            CHECKS[words[0]](words[1:])


def check_spansight(words: list[str]) -> None:
    module, _ = COMMANDS[words[0]]
    command = import_module(f"spansight.cli.{module}")
    parser = ArgumentParser(exit_on_error=False)
    parser.set_defaults(name=words[0])
    command.configure(parser)
    parser.parse_args([word for word in words[1:] if word != "…"])


def check_make(words: list[str]) -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(words) <= set(targets)


def check_export(words: list[str]) -> None:
    known = {variable.name for variable in environment.ALL}
    for word in words:
        name = word.partition("=")[0]
        assert name in known or name.startswith("OTEL_"), word


def check_pip(words: list[str]) -> None:
    assert words[0] == "install"
    assert all(word.startswith("spansight") for word in words[1:])


def accept(words: list[str]) -> None:
    """Take the user's own program as it is."""
    assert words


def load_yaml(code: str) -> None:
    assert yaml.safe_load(code)


def ignore(code: str) -> None:
    """Take a picture in letters as it is."""
    assert code


CHECKS = {
    "spansight": check_spansight,
    "make": check_make,
    "export": check_export,
    "pip": check_pip,
    "python": accept,
    "opentelemetry-instrument": accept,
    "docker": accept,
}
LANGUAGES = {"python": run_python, "bash": check_commands, "yaml": load_yaml, "text": ignore}


@pytest.mark.parametrize(("language", "code"), [*BLOCKS, *HELP])
def test_a_code_block_does_what_it_says(language: str, code: str) -> None:
    LANGUAGES[language](code)


def test_every_command_has_an_example() -> None:
    assert EXAMPLES.keys() == COMMANDS.keys()


def anchors(page: Path) -> set[str]:
    """Return what a link into a page can name: its headings, as GitHub spells them."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings: list[str] = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def test_every_local_link_leads_somewhere() -> None:
    for page in PAGES:
        for link, anchor in re.findall(r"\]\(([^)#\s]*)#?([^)]*)\)", page.read_text("utf-8")):
            target = page.parent / link if link else page
            if "://" not in link:
                assert target.exists(), f"{page.name}: {link}"
                assert not anchor or anchor in anchors(target), f"{page.name}: {link}#{anchor}"


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= README_LINES


def test_no_text_names_a_registry_or_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    forbidden = re.compile(
        r"proxy\.golang|pypi\.org|pythonhosted|npmjs|deb\.debian|sum\.golang|/root/"
    )
    texts = (ROOT / name for name in listed.stdout.splitlines() if name != "tests/test_docs.py")
    for path in texts:
        if path.is_file() and path.suffix not in {".png", ".sum"}:
            assert not forbidden.search(path.read_text("utf-8", errors="replace")), path
