"""A YAML file whose every value knows its line, so that a mistake can be named by it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

import yaml

from spansight.errors import ConfigError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where it stands."""

    where: str
    """File and line."""
    name: str
    content: object

    def refuse(self, expected: str) -> NoReturn:
        """Say what is wrong with it."""
        raise ConfigError(f"{self.where}: {self.name}={self.content!r:.80}; expected {expected}")

    def text(self) -> str:
        """Return a text that is not empty."""
        if not isinstance(self.content, str) or not self.content.strip():
            self.refuse("a text")
        return self.content.strip()

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts; one alone may stand without brackets."""
        if isinstance(self.content, str):
            return (self.text(),)
        items = _items(self.content)
        texts = tuple(one for one in items if isinstance(one, str) and one.strip())
        if not items or len(texts) != len(items):
            self.refuse("a list of texts, such as [one, two]")
        return texts

    def count(self) -> int:
        """Return a whole number above 0."""
        if isinstance(self.content, bool) or not isinstance(self.content, int) or self.content < 1:
            self.refuse("a whole number above 0")
        return self.content

    def share(self) -> float:
        """Return a number above 0, up to 1."""
        value = self.content
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            self.refuse("a number above 0, up to 1")
        return float(value)

    def amount(self) -> float:
        """Return a number above 0."""
        value = self.content
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            self.refuse("a number above 0")
        return float(value)

    def parsed(self, parse: Callable[[str], T]) -> T:
        """Return what a text means; what is wrong with it gets its line."""
        text = self.text()
        try:
            return parse(text)
        except ConfigError as error:
            raise ConfigError(f"{self.where}: {self.name}: {error}") from error


@dataclass(slots=True)
class Section:
    """Names and values; each name is known, or refused."""

    where: str
    name: str
    values: Mapping[str, Value]
    _sections: Mapping[str, "Section"] = field(default_factory=dict[str, "Section"])

    def only(self, *names: str) -> None:
        """Refuse every other name."""
        for name in (*self.values, *self._sections):
            if name not in names:
                near = get_close_matches(name, names, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"expected {', '.join(names)}"
                there = self.values.get(name) or self._sections[name]
                raise ConfigError(f"{there.where}: {name!r} in {self.name}: not known; {hint}")

    def get(self, name: str) -> Value | None:
        """Return a value, None where it is left out."""
        if name in self._sections:
            raise ConfigError(f"{self._sections[name].where}: {name}: expected no names under it")
        return self.values.get(name)

    def section(self, name: str) -> "Section":
        """Return what stands under a name."""
        if name in self._sections:
            return self._sections[name]
        if name in self.values:
            self.values[name].refuse("names and values under it")
        raise ConfigError(f"{self.where}: no {name!r} in {self.name}")

    def sections(self) -> Iterator["Section"]:
        """Yield every section; a value among them is refused."""
        for value in self.values.values():
            value.refuse("names and values under it")
        yield from self._sections.values()


def read(path: Path) -> Section:
    """Read a file of names and values."""
    try:
        loader: Any = yaml.SafeLoader(path.read_text("utf-8"))
        loader.name = str(path)
        root: Any = loader.get_single_node()
        if root is None or root.id != "mapping":
            raise ConfigError(f"{path}: expected names and values, such as `jobs:`")
        return _section(loader, root, str(path), "the file")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ConfigError(f"{str(path)!r}: {why}; expected a worker's file") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}:{line}: {error.problem}; expected YAML") from error


def _items(content: object) -> list[object]:
    return cast("list[object]", content) if isinstance(content, list) else []


def _section(loader: Any, node: Any, place: str, name: str) -> Section:  # noqa: ANN401 - PyYAML's nodes
    file = node.start_mark.name
    values: dict[str, Value] = {}
    sections: dict[str, Section] = {}
    for key_node, node_of_value in node.value:
        where = f"{file}:{key_node.start_mark.line + 1}"
        key = str(loader.construct_object(key_node, deep=True))
        if key in values or key in sections:
            raise ConfigError(f"{where}: {key!r} a second time in {name}; expected each once")
        if node_of_value.id == "mapping":
            sections[key] = _section(loader, node_of_value, where, key)
        else:
            values[key] = Value(where, key, _content(loader, node_of_value))
    return Section(place, name, values, sections)


def _content(loader: Any, node: Any) -> object:  # noqa: ANN401 - likewise
    if node.id == "scalar" and ":" in node.value:
        return node.value  # in YAML 1.1, 13:30 is the number 810
    return loader.construct_object(node, deep=True)
