r"""Patterns of your own: a JSON or YAML file that the process and the Collector's file share.

patterns:
  - name: EMPLOYEE
    regex: '\bE-[0-9]{6}\b'
    literals: ['e-']    # optional, lower case: search only where one of these stands
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from spansight.errors import ConfigError
from spansight.privacy.patterns import PATTERNS, Pattern

_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{0,31}")
_KEYS: Final = {"name", "regex", "literals"}
_LARGEST_REPEAT: Final = 1000

_FOREIGN: Final = {
    r"\(\?<?[=!]": "look-around",
    r"\(\?>|[*+?}]\+": "a possessive or atomic group",
    r"\(\?\(|\(\?P=|\\[1-9]": "a reference to a group",
    r"\(\?[aLiumsx-]*[aLux]": "a flag that only Python has",
    r"\\[ZzpPNuUXGKRQEC]": "an escape that only one of them has",
    r"\[\[:|\[:\w+:\]": "a POSIX class",
    r"\{,": "a repetition without a lower bound",
}
"""What Python's ``re`` and Go's RE2 do not both understand, or not alike."""


def load(path: str) -> tuple[Pattern, ...]:
    """Return our patterns and behind them those of a file; ConfigError says what is wrong in it."""
    if not path:
        return PATTERNS
    rows = _rows(path, _read(path))
    return (*PATTERNS, *(_pattern(f"{path}, pattern {at}", row) for at, row in enumerate(rows, 1)))


def unfit(regex: str) -> str | None:
    """Return why not both engines can run an expression, or None."""
    bare = re.sub(r"\\\\", "", regex)
    for foreign, what in _FOREIGN.items():
        if re.search(foreign, bare):
            return f"uses {what}"
    if any(int(n) > _LARGEST_REPEAT for n in re.findall(r"\{(?:[0-9]+,)?([0-9]+)", bare)):
        return f"repeats more than {_LARGEST_REPEAT} times"
    try:
        compiled = re.compile(regex, re.ASCII)
    except re.error as error:
        return f"does not compile: {error}"
    return "matches the empty text" if compiled.search("") else None


def _read(path: str) -> object:
    try:
        text = Path(path).read_text("utf-8")
        if not path.endswith((".yaml", ".yml")):
            return json.loads(text)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path!r}: expected a readable JSON or YAML file: {error}") from error
    try:
        import yaml  # noqa: PLC0415 - not a dependency of an instrumented process
    except ImportError as error:
        raise ConfigError(
            f"{path!r}: YAML needs the package pyyaml; install it, or write the file as JSON"
        ) from error
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise ConfigError(f"{path!r}: expected a readable JSON or YAML file: {said}") from error


def _rows(path: str, content: object) -> list[object]:
    if isinstance(content, Mapping):
        rows = cast("Mapping[str, object]", content).get("patterns")
        if isinstance(rows, list):
            return cast("list[object]", rows)
    raise ConfigError(f"{path!r}: expected a list under 'patterns'")


def _pattern(where: str, row: object) -> Pattern:
    if not isinstance(row, Mapping) or not {"name", "regex"} <= row.keys() <= _KEYS:
        raise ConfigError(f"{where}: {row!r}: expected name, regex and, at will, literals")
    said = cast("Mapping[str, object]", row)
    name, regex, literals = said["name"], said["regex"], said.get("literals", [])
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ConfigError(f"{where}: name {name!r}: expected capitals, digits and underscores")
    why = unfit(regex) if isinstance(regex, str) else "is no text"
    if why:
        raise ConfigError(f"{where}: regex {regex!r} {why}; expected what Python and RE2 both run")
    if not _are_lower_case(literals):
        raise ConfigError(f"{where}: literals {literals!r}: expected a list of lower-case texts")
    # In a group of its own, for a group 1 of ours is kept.
    return Pattern(name, f"(?:{regex})", tuple(cast("list[str]", literals)))


def _are_lower_case(literals: object) -> bool:
    return isinstance(literals, list) and all(
        isinstance(item, str) and item and item == item.lower()
        for item in cast("list[object]", literals)
    )
