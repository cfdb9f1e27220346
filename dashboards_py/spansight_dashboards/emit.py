"""From the model to files: sorted, stable text; the only module that reads or writes one."""

import difflib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

import yaml

from spansight.errors import ConfigError
from spansight_dashboards import alerts, dashboards, recordings, renaming, rule_files
from spansight_dashboards.board import Board, Json, dashboard
from spansight_dashboards.config import Config

BOARDS: Final = PurePosixPath("grafana/dashboards/Spansight")
RULES: Final = PurePosixPath("prometheus/rules")


def artefacts(config: Config) -> dict[PurePosixPath, str]:
    """Return every generated file: its path from the repository's root, and its text."""
    models = {
        BOARDS / f"{board.subject}.json": _json(_model(board, config))
        for board in dashboards.boards(config)
    }
    rules = {
        RULES / f"{group.subject}.yaml": rule_files.text(group, config)
        for group in (*recordings.groups(config), *alerts.groups(config))
    }
    return models | rules


def boards(config: Config) -> list[Json]:
    """Return the classic JSON model of every board."""
    return [_model(board, config) for board in dashboards.boards(config)]


def _model(board: Board, config: Config) -> Json:
    return renaming.board(dashboard(board, config), config.renamed)


def refuse_clashes(files: Mapping[PurePosixPath, str], folder: Path) -> None:
    """Raise ConfigError where another rule file below `folder` makes a series or alert of ours.

    Prometheus would take both: the series would have two values, the alert two meanings.
    """
    ours = {
        _name(rule): path
        for path, text in files.items()
        if path.parent == RULES
        for rule in _rules_of(text)
    }
    for path in sorted((folder / RULES).glob("*.y*ml")):
        if RULES / path.name in files:
            continue
        try:
            found = list(map(_name, _rules_of(path.read_text(encoding="utf-8"))))
        except (yaml.YAMLError, AttributeError, KeyError, TypeError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"{path}: not a file of rules ({type(error).__name__}); mend or move it"
            ) from error
        if same := [name for name in found if name in ours]:
            raise ConfigError(
                f"{path}: {same[0]!r} is a name in {ours[same[0]].name} too; rename it or move it"
            )


def _rules_of(text: str) -> Iterator[Mapping[str, str]]:
    for group in yaml.safe_load(text)["groups"]:
        yield from group["rules"]


def _name(rule: Mapping[str, str]) -> str:
    return rule.get("alert") or rule["record"]


def write(files: Mapping[PurePosixPath, str], folder: Path) -> list[Path]:
    """Write the files below `folder` and return those that changed."""
    due = [folder / name for name, text in files.items() if _text(folder / name) != text]
    for path in due:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[PurePosixPath(path.relative_to(folder))], encoding="utf-8")
        except OSError as error:
            raise ConfigError(
                f"{path}: {error.strerror}; expected a folder to write to, name one with --out"
            ) from error
    return due


def differences(files: Mapping[PurePosixPath, str], folder: Path) -> Iterator[str]:
    """Yield a readable difference for each file below `folder` that is not what it should be."""
    for name, text in files.items():
        found = _text(folder / name)
        if found is None:
            yield f"{name}: missing"
        elif found != text:
            lines = difflib.unified_diff(
                found.splitlines(), text.splitlines(), f"{name}", f"{name} (generated)", lineterm=""
            )
            yield "\n".join(lines)
    for path in sorted((folder / BOARDS).glob("*.json")):
        if BOARDS / path.name not in files:
            yield f"{BOARDS / path.name}: no board makes it any more; delete it"


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _json(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
