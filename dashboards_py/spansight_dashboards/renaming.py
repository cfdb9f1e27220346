"""Other names for the labels: what queries, legends and templates say when a Prometheus relabels.

Variables of boards keep their names, and so do the addresses that carry them.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

Names = Mapping[str, str]
"""Label of the vocabulary → its name where the boards and rules are used."""

_WORD: Final = re.compile(r'"(?:\\.|[^"\\])*"|[A-Za-z_:][\w:]*')
"""Of PromQL: a text, or a name.  No metric and no function is called as a label is, but a recorded
series begins with one: what has colons is one name."""

_TEMPLATE: Final = re.compile(r"(\{\{\s*|\$labels\.|\.Labels\.|\$\{__field\.labels\.)(\w+)")
"""Where a legend, an annotation or a link shows a label's value."""


def promql(text: str, names: Names) -> str:
    """Return the query with its labels renamed; what stands in quotes stays as it is."""
    return _WORD.sub(lambda word: names.get(word.group(), word.group()), text)


def template(text: str, names: Names) -> str:
    """Return the text with the labels renamed whose values it shows."""
    return _TEMPLATE.sub(lambda found: found[1] + names.get(found[2], found[2]), text)


def board(model: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Return the dashboard's JSON with its labels renamed; the same without new names."""
    return cast("dict[str, Any]", _renamed(model, names))


def _renamed(value: object, names: Names, *, asks_prometheus: bool = False) -> object:
    match value:
        case str():
            return template(value, names)
        case list():
            items = cast("list[object]", value)
            return [_renamed(item, names, asks_prometheus=asks_prometheus) for item in items]
        case dict():
            fields = cast("dict[str, object]", value)
            asks = _asks_prometheus(fields, otherwise=asks_prometheus)
            return {
                name: _FIELDS[name](inner, names)
                if asks and name in _FIELDS
                else _renamed(inner, names, asks_prometheus=asks)
                for name, inner in fields.items()
            }
        case _:
            return value


def _asks_prometheus(fields: Mapping[str, object], *, otherwise: bool) -> bool:
    source = fields.get("datasource")
    if not isinstance(source, dict):
        return otherwise
    return cast("dict[str, object]", source).get("type") == "prometheus"


def _query(value: object, names: Names) -> object:
    # A variable keeps its query one level further down.
    return promql(value, names) if isinstance(value, str) else _renamed_query(value, names)


def _renamed_query(value: object, names: Names) -> object:
    return _renamed(value, names, asks_prometheus=True)


def _listed(value: object, names: Names) -> object:
    return ",".join(names.get(name, name) for name in str(value).split(","))


def _columns(value: object, names: Names) -> object:
    """Rename the fields of a transformation: Prometheus calls a column as the label is called."""
    match value:
        case str():
            return names.get(value, value)
        case list():
            return [_columns(item, names) for item in cast("list[object]", value)]
        case dict():
            fields = cast("dict[str, object]", value)
            return {names.get(key, key): _columns(inner, names) for key, inner in fields.items()}
        case _:
            return value


_FIELDS: Final[Mapping[str, Callable[[object, Names], object]]] = {
    "definition": _query,
    "expr": _query,
    "query": _query,
    "tagKeys": _listed,
    "transformations": _columns,
}
"""Fields of what asks Prometheus that name labels, and what renames those in them."""
