"""The price table: finding a model in it, and its file.

The file is an OTTL map literal that is JSON at the same time: the Collector splices it into a
statement, and Python reads it back with :mod:`json`.  One model a line, so that a price change
is a line in a diff.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from decimal import Decimal
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Final, cast

from spansight.cost.price import Price, Rate
from spansight.errors import ConfigError

PLAIN: Final = (
    r"^(us|eu|apac|au|jp|ca|in)\.|[-@](20\d\d-?[01]\d-?[0-3]\d|latest)(-v\d+:\d+)?$|-v\d+:\d+$"
)
"""What a model's name has around it: a date or `-latest`, and Bedrock's region and version."""
PATH: Final = "^.*/"
"""What a gateway puts before it: `anthropic/`, `models/`, `publishers/google/models/`."""
WIRE_FORMAT: Final = "openai"

Prices = Mapping[str, Price]


@dataclass(frozen=True, slots=True)
class Listing:
    """One price, and under which names it stands in the table."""

    provider: str
    """Empty where the model alone was found."""
    model: str
    price: Price


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices by provider and model, and by model alone for a provider that hides behind another."""

    as_of: str
    providers: Mapping[str, Prices]
    models: Prices

    def find(self, provider: str, *models: str) -> Listing | None:
        """Return the price of the first model that has one: as it is named, then without its date.

        Everyone's servers and gateways imitate OpenAI's wire format, so that its name alone says
        little: there, and at a provider without a list, what the model's maker asks is the price.
        """
        listed = self.providers.get(provider)
        for name in (name for model in models for name in _names(model)):
            if listed and name in listed:
                return Listing(provider, name, listed[name])
        if listed is not None and provider != WIRE_FORMAT:
            return None
        for name in (name for model in models for name in _names(re.sub(PATH, "", model))):
            if name in self.models:
                return Listing("", name, self.models[name])
        return None

    def near(self, model: str) -> list[str]:
        """Return models with a similar name."""
        known = {*self.models, *chain.from_iterable(self.providers.values())}
        return get_close_matches(plain(model.lower()), sorted(known), 3)


def plain(name: str) -> str:
    """Return a model's name without its date, region and version."""
    return re.sub(PLAIN, "", name, flags=re.ASCII)


def _names(model: str) -> tuple[str, str]:
    name = model.lower()
    return name, plain(name)


def read(path: Path) -> PriceTable:
    """Read a table's file."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"price table {str(path)!r}: {error}; expected the file that "
            "`spansight prices build` writes; run that"
        ) from error


def parse(content: str) -> PriceTable:
    """Return the table that `text` wrote; anything else is one of Python's own errors."""
    raw = cast("Mapping[str, object]", json.loads(content))
    providers = cast("Mapping[str, Mapping[str, list[list[float]]]]", raw["providers"])
    return PriceTable(
        as_of=str(raw["as_of"]),
        providers={name: _prices(models) for name, models in providers.items()},
        models=_prices(cast("Mapping[str, list[list[float]]]", raw["models"])),
    )


def _prices(models: Mapping[str, list[list[float]]]) -> dict[str, Price]:
    return {
        name: Price(tuple(Rate(*map(float, rate)) for rate in rates))
        for name, rates in models.items()
    }


def write(path: Path, content: str) -> None:
    """Replace the file in one step: a Collector that starts meanwhile reads the old one."""
    try:
        beside = path.with_suffix(".new")
        beside.write_text(content, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise ConfigError(
            f"price table {str(path)!r}: {error.strerror}; expected a writable folder; "
            "the table is unchanged"
        ) from error


def text(table: PriceTable) -> str:
    """Return the table's file: sorted, one model a line."""
    return "\n".join(_lines(table)) + "\n"


def _lines(table: PriceTable) -> Iterator[str]:
    yield "{"
    yield f'"as_of": {json.dumps(table.as_of)},'
    yield '"models": {'
    yield from _model_lines(table.models)
    yield '},\n"providers": {'
    names = sorted(table.providers)
    for name in names:
        yield f"{json.dumps(name)}: {{"
        yield from _model_lines(table.providers[name])
        yield "}" if name == names[-1] else "},"
    yield "}\n}"


def _model_lines(prices: Prices) -> Iterator[str]:
    names = sorted(prices)
    for name in names:
        rates = ", ".join(f"[{_numbers(rate)}]" for rate in prices[name].rates)
        yield f"{json.dumps(name)}: [{rates}]{'' if name == names[-1] else ','}"


def _numbers(rate: Rate) -> str:
    # OTTL knows no exponents, and a number without a point is an integer that it refuses to mix.
    values = astuple(rate) if rate.above else astuple(rate)[:4]
    return ", ".join(_decimal(value) for value in values)


def _decimal(value: float) -> str:
    digits = f"{Decimal(repr(value)):f}"
    return digits if "." in digits else f"{digits}.0"
