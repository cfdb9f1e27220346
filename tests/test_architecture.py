"""Budgets of size and shape.  A breach needs a decision page."""

import ast
import subprocess
from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = (ROOT / "instrumentation" / "spansight", ROOT / "dashboards_py" / "spansight_dashboards")
MODULES = sorted(chain.from_iterable(package.rglob("*.py") for package in PACKAGES))
TEST_MODULES = sorted((ROOT / "tests").rglob("*.py"))

MODULE_LINES, TEST_LINES, FUNCTION_LINES, NESTING = 400, 500, 50, 3
ROOT_NAMES, PACKAGE_NAMES, ROOT_ENTRIES = 12, 15, 25

_BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.Match)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def nesting(node: ast.AST) -> int:
    """Return how deep blocks stand in blocks; an `elif` is no deeper than its `if`."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        deeper = isinstance(child, _BLOCKS) and not is_elif
        deepest = max(deepest, nesting(child) + deeper)
    return deepest


@pytest.mark.parametrize("path", [*MODULES, *TEST_MODULES], ids=lambda path: path.name)
def test_every_module_keeps_its_budget(path: Path) -> None:
    limit = TEST_LINES if path in TEST_MODULES else MODULE_LINES
    assert len(path.read_text("utf-8").splitlines()) <= limit
    for function in functions(path):
        where = f"{path.name}:{function.lineno} {function.name}"
        assert (function.end_lineno or 0) - function.lineno < FUNCTION_LINES, where
        assert nesting(function) <= NESTING, where


def test_the_root_stays_small() -> None:
    listed = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(listed.stdout.splitlines()) <= ROOT_ENTRIES


def test_public_names_are_sorted_resolvable_and_few() -> None:
    for package in PACKAGES:
        for init in package.rglob("__init__.py"):
            name = ".".join(init.parent.relative_to(package.parent).parts)
            names: list[str] = getattr(import_module(name), "__all__", [])
            assert names == sorted(names), name
            assert len(names) <= (ROOT_NAMES if name == "spansight" else PACKAGE_NAMES), name
            for public in names:
                assert hasattr(import_module(name), public), f"{name}.{public}"
