"""The price table: finding a model in it, and its file.

The file is an OTTL map literal that is JSON at the same time: the Collector splices it into a
statement, and Python reads it back with :mod:`json`.  A provider's prices are texts with one model
a line.  OTTL has no constants and would build a map of thousands of models for each request; a text
costs nothing to mention, and finding a line in it costs microseconds.  It also makes a price change
a line in a diff.

    gpt-5=1.25 0.125 1.25 1.25 10;flex=0.625 0.0625 0.625 0.625 5

are dollars per million tokens of input, cache reads, cache writes (for five minutes, for an hour)
and output, then the same for a service tier.  For long prompts `|` and the rates above the number
of tokens that ends them follow.
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

_LINES: Final = 40
"""Of one text: what the Collector needs to read one at its start grows with the square of it."""

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
    raw = cast("Mapping[str, object]", json.loads(content, strict=False))
    providers = cast("Mapping[str, list[str]]", raw["providers"])
    return PriceTable(
        as_of=str(raw["as_of"]),
        providers={name: _prices(texts) for name, texts in providers.items()},
        models=_prices(cast("list[str]", raw["models"])),
    )


def _prices(texts: list[str]) -> dict[str, Price]:
    return dict(_model(line) for text in texts for line in text.split("\n") if line)


def _model(line: str) -> tuple[str, Price]:
    name, _, text = line.partition("=")
    base, *tiers = text.split(";")
    named = (tier.partition("=") for tier in tiers)
    return name, Price(_rates(base), tuple((tier, _rates(rates)) for tier, _, rates in named))


def _rates(text: str) -> tuple[Rate, ...]:
    return tuple(Rate(*map(float, rate.split(" "))) for rate in text.split("|"))


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
    yield f'"models": {_texts(table.models)},'
    yield '"providers": {'
    names = sorted(table.providers)
    for name in names:
        end = "" if name == names[-1] else ","
        yield f"{json.dumps(name)}: {_texts(table.providers[name])}{end}"
    yield "}\n}"


def _texts(prices: Prices) -> str:
    lines = [f"{name}={_written(prices[name])}\n" for name in sorted(prices)]
    # Each line stands between two line feeds: that is how the Collector finds it.
    texts = ("".join(lines[start : start + _LINES]) for start in range(0, len(lines), _LINES))
    return "[" + ", ".join(f'"\n{text}"' for text in texts) + "]"


def _written(price: Price) -> str:
    tiers = (f"{tier}={_numbers(rates)}" for tier, rates in price.tiers)
    return ";".join((_numbers(price.rates), *tiers))


def _numbers(rates: tuple[Rate, ...]) -> str:
    values = (astuple(rate) if rate.above else astuple(rate)[:-1] for rate in rates)
    return "|".join(" ".join(map(_decimal, rate)) for rate in values)


def _decimal(value: float) -> str:
    # No exponents, and 0 is "0": a free model is told by its text.
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
