"""Read ``prices.yaml``, the user's own prices; a mistake in it is named by file and line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Final, NoReturn

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from spansight.cost.price import FREE, Price, Rate
from spansight.cost.table import Prices, PriceTable
from spansight.errors import ConfigError

_PARTS: Final = ("input", "output", "cache_read", "cache_write", "cache_write_1h")
_TIERS: Final = ("batch", "fast", "flex", "priority")
_FROM: Final = "from"
_PRICE: Final = "`free`, or {input: 2.5, output: 10.0} in US dollars per million tokens"
_DATED: Final = "a price with `from: 2026-11-22`, the day it begins"
_SEPARATORS: Final = frozenset('=;|"\\\n')
"""What stands between names and numbers in the table's file."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """The day whose list prices hold, and prices that take precedence over them."""

    as_of: date
    models: Prices
    """At every provider, and at none in particular."""
    providers: Mapping[str, Prices]

    def over(self, providers: Mapping[str, Prices], models: Prices) -> PriceTable:
        """Return the table of list prices with these on top."""
        named = {
            provider: {
                **listed,
                **{name: self.models[name] for name in self.models & listed.keys()},
            }
            for provider, listed in providers.items()
        }
        for provider, prices in self.providers.items():
            named[provider] = {**named.get(provider, {}), **prices}
        return PriceTable(self.as_of.isoformat(), named, {**models, **self.models})


def read(path: Path) -> Overrides:
    """Read the file."""
    return _File(path).overrides()


@dataclass(slots=True)
class _File:
    path: Path
    as_of: date = date.min

    def overrides(self) -> Overrides:
        try:
            root = yaml.compose(self.path.read_text(encoding="utf-8"), yaml.SafeLoader)
        except OSError as error:
            raise ConfigError(
                f"{self.path}: {error.strerror}; expected your prices; "
                "an `as_of: 2026-11-22` alone will do"
            ) from error
        except (UnicodeDecodeError, yaml.reader.ReaderError, RecursionError) as error:
            reason = getattr(error, "reason", None) or "nested too deeply"
            raise ConfigError(
                f"{self.path}: {reason}; expected YAML in UTF-8; the price table is unchanged"
            ) from error
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ConfigError(
                f"{self.path}:{line}: {error.problem}; expected YAML; the price table is unchanged"
            ) from error
        sections = self._fields(
            root, "as_of, models and providers", ("as_of", "models", "providers")
        )
        if "as_of" not in sections:
            self._refuse(root, "no `as_of`", "the day whose list prices hold, such as 2026-11-22")
        self.as_of = self._date("as_of", sections["as_of"])
        return Overrides(
            as_of=self.as_of,
            models=self._prices(sections.get("models")),
            providers={
                name: self._prices(node)
                for name, node in self._items(sections.get("providers"), "prices by provider")
            },
        )

    def _date(self, name: str, node: Node) -> date:
        try:
            return date.fromisoformat(str(node.value))
        except ValueError:
            self._refuse(node, f"{name}={node.value!r}", "a day such as 2026-11-22")

    def _prices(self, node: Node | None) -> dict[str, Price]:
        prices: dict[str, Price] = {}
        for name, price in self._items(node, "prices by model"):
            if _SEPARATORS & set(name):
                self._refuse(price, repr(name), "a model's name, without any of = ; | \" \\")
            holds = self._in_force(price) if isinstance(price, SequenceNode) else price
            if holds is not None:
                prices[name.lower()] = self._price(name, holds)
        return prices

    def _in_force(self, node: SequenceNode) -> Node | None:
        """Return the last price that has begun; before the first one, the list price holds."""
        begun: dict[date, Node] = {}
        for price in node.value:
            if not isinstance(price, MappingNode):
                self._refuse(price, f"{price.value!r}", _DATED)
            start = dict(self._items(price, _DATED)).get(_FROM)
            if start is None:
                self._refuse(price, "a price without `from` among others", _DATED)
            begun[self._date(_FROM, start)] = price
        days = [day for day in begun if day <= self.as_of]
        return begun[max(days)] if days else None

    def _price(self, model: str, node: Node) -> Price:
        if isinstance(node, ScalarNode) and node.value == "free":
            return FREE
        if not isinstance(node, MappingNode):
            self._refuse(node, f"{model!r}: {node.value!r}", _PRICE)
        fields = self._fields(node, _PRICE, (*_PARTS, *_TIERS, _FROM))
        tiers = ((tier, (self._rate(model, fields[tier]),)) for tier in _TIERS if tier in fields)
        return Price((self._rate(model, node),), tuple(tiers))

    def _rate(self, model: str, node: Node) -> Rate:
        parts = dict(self._items(node, _PRICE))
        if "input" not in parts:
            self._refuse(node, f"{model!r} has no input price", _PRICE)
        amounts = {part: self._amount(part, parts[part]) for part in _PARTS if part in parts}
        write = amounts.get("cache_write", amounts["input"])
        return Rate(
            input=amounts["input"],
            cache_read=amounts.get("cache_read", amounts["input"]),
            cache_write=write,
            cache_write_1h=amounts.get("cache_write_1h", write),
            output=amounts.get("output", 0.0),
        )

    def _amount(self, part: str, node: Node) -> float:
        expected = "a number of US dollars per million tokens, 0 or more"
        try:
            amount = float(str(node.value))
        except ValueError:
            self._refuse(node, f"{part}={node.value!r}", expected)
        if not isfinite(amount) or amount < 0:
            self._refuse(node, f"{part}={node.value!r}", expected)
        return amount

    def _fields(self, node: Node | None, expected: str, names: tuple[str, ...]) -> dict[str, Node]:
        fields = dict(self._items(node, expected))
        for name, value in fields.items():
            if name not in names:
                near = get_close_matches(name, names, 1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                self._refuse(value, repr(name), f"one of {', '.join(names)}{hint}")
        return fields

    def _items(self, node: Node | None, expected: str) -> Iterator[tuple[str, Node]]:
        if node is None or (isinstance(node, ScalarNode) and not node.value):
            return
        if not isinstance(node, MappingNode):
            self._refuse(node, f"{node.value!r}", expected)
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name.lower() in seen:
                self._refuse(key, f"{name!r} a second time", "each name once")
            seen.add(name.lower())
            yield name, value

    def _refuse(self, node: Node | None, found: str, expected: str) -> NoReturn:
        line = node.start_mark.line + 1 if node else 1
        raise ConfigError(
            f"{self.path}:{line}: {found}; expected {expected}; the price table is unchanged"
        )
