"""Files of cases as rows of plain data, each with the line that it begins in."""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn, cast

from spansight.errors import ConfigError
from spansight.evals.fields import FIELDS

Rows = Iterator[tuple[int, Mapping[str, object]]]


def jsonl(path: Path) -> Rows:
    """Read one JSON object a line."""
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            yield number, _object(_decoded(line, f"{path}:{number}"), f"{path}:{number}")


def table(path: Path) -> Rows:
    """Read comma-separated values; lists and numbers are JSON, an empty cell says nothing."""
    before = csv.field_size_limit(sys.maxsize)  # a cell of contexts may be longer than 128 kB
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from _rows(csv.DictReader(lines, strict=True), path)
    except csv.Error as error:
        raise ConfigError(f"{path}: {error}; expected comma-separated values") from error
    finally:
        csv.field_size_limit(before)


def yaml(path: Path) -> Rows:
    """Read a list of mappings."""
    try:
        import yaml as pyyaml  # noqa: PLC0415 - an extra: JSONL and CSV do without
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"{path}: YAML needs PyYAML; pip install 'spansight[evals]', or use .jsonl"
        ) from error

    try:
        loader: Any = _loader(pyyaml)(path.read_text("utf-8"))
        root: Any = loader.get_single_node()
        if root is not None and root.id != "sequence":
            line = root.start_mark.line + 1
            raise ConfigError(f"{path}:{line}: {root.id}; expected a list, `- question: …`")
        for node in root.value if root else ():
            line = node.start_mark.line + 1
            yield line, _object(loader.construct_document(node), f"{path}:{line}")
    except pyyaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}:{line}: {error.problem}; expected YAML") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: lists in lists without an end; expected cases") from error


def _loader(pyyaml: Any) -> Any:  # noqa: ANN401 - an extra, typed only where it is installed
    """Return the safe loader without dates: unquoted, they are texts, as in the other formats."""
    resolvers: Any = {
        first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
        for first, rules in pyyaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return type("Loader", (pyyaml.SafeLoader,), {"yaml_implicit_resolvers": resolvers})


READERS: Final[Mapping[str, Callable[[Path], Rows]]] = {
    ".jsonl": jsonl,
    ".csv": table,
    ".yaml": yaml,
    ".yml": yaml,
}


def _rows(reader: "csv.DictReader[str]", path: Path) -> Rows:
    line = 2
    for row in reader:
        where = f"{path}:{line}"
        if None in row:
            columns = len(reader.fieldnames or ())
            raise ConfigError(f"{where}: more cells than the {columns} columns; quote them")
        yield line, {name: _cell(name, text, where) for name, text in row.items()}
        line = reader.line_num + 1


def _cell(name: str, text: str | None, where: str) -> object:
    if not text:
        return None
    kind = FIELDS.get(name)
    return _decoded(text, f"{where}: {name}") if kind and kind.is_json else text


def _decoded(text: str, where: str) -> object:
    def refuse(constant: str) -> NoReturn:
        raise ConfigError(f"{where}: {constant}; expected a number")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        why = f"{error.msg} at character {error.pos + 1}"
        raise ConfigError(f"{where}: {text.strip()!r:.60} is no JSON: {why}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{where}: {text.strip()!r:.60}: {error}") from error


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ConfigError(f'{where}: {value!r:.60}; expected a case, {{"question": …}}')
    return {str(name): held for name, held in cast("dict[object, object]", value).items()}
