"""``spansight prices``: build the price table, give it to a Collector, or show a price."""

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from spansight.cli import FINDINGS, FINE
from spansight.cost import table
from spansight.stack import files, reload, state

_HEADINGS = ("tier", "input tokens", "input", "cache read", "write 5 min", "write 1 h", "output")

_ACTIONS = {
    "build": "write prices.ottl from list prices and prices.yaml",
    "apply": "build the table, check it, and have the running Collector use it",
    "show": "show what a model costs",
}


def configure(parser: ArgumentParser) -> None:
    """Declare the three actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="build|apply|show")
    build, apply, show = (
        actions.add_parser(name, help=what, description=what) for name, what in _ACTIONS.items()
    )
    build.add_argument("--check", action="store_true", help="only say whether it is up to date")
    apply.add_argument(
        "--pid", type=int, help="process id of a Collector that `spansight up` did not start"
    )
    show.add_argument("model", metavar="MODEL", help="as in gen_ai.request.model")
    show.add_argument(
        "--provider",
        default=table.WIRE_FORMAT,
        metavar="NAME",
        help="as in gen_ai.provider.name (default: %(default)s)",
    )
    show.add_argument("--json", action="store_true", help="print one JSON document instead")
    for action in (build, apply, show):
        action.add_argument(
            "--folder",
            type=Path,
            default=files.root() / "collector",
            metavar="DIR",
            help="where prices.yaml and prices.ottl are (default: %(default)s)",
        )


def main(arguments: Namespace) -> int:
    """Run one action."""
    actions = {"build": _build, "apply": _apply, "show": _show}
    return actions[arguments.action](arguments)


def _prices(folder: Path) -> table.PriceTable:
    """Return the list prices under the user's own."""
    # Only here: genai-prices is an extra, and showing a price does not need it.
    from spansight.cost import catalog, overrides  # noqa: PLC0415

    own = overrides.read(folder / "prices.yaml")
    return own.over(catalog.by_provider(own.as_of), catalog.by_maker(own.as_of))


def _build(arguments: Namespace) -> int:
    target: Path = arguments.folder / "prices.ottl"
    prices = _prices(arguments.folder)
    content = table.text(prices)
    if target.is_file() and target.read_bytes() == content.encode():
        print(f"{target} is up to date")
        return FINE
    if arguments.check:
        print(f"{target} is out of date; run `spansight prices build`", file=sys.stderr)
        return FINDINGS
    table.write(target, content)
    print(f"{target}: {_sum(prices)}; `spansight prices apply` has a running Collector use them")
    return FINE


def _apply(arguments: Namespace) -> int:
    collector = reload.running(state.read(), arguments.pid)
    prices = _prices(arguments.folder)
    took_s = reload.apply(collector, arguments.folder / "prices.ottl", table.text(prices))
    print(f"{collector} uses {_sum(prices)}, {took_s:.1f} s after it was told")
    return FINE


def _sum(prices: table.PriceTable) -> str:
    models = sum(map(len, prices.providers.values())) + len(prices.models)
    return f"{models:,} prices as of {prices.as_of}"


def _show(arguments: Namespace) -> int:
    prices = table.read(arguments.folder / "prices.ottl")
    found = prices.find(arguments.provider, arguments.model)
    if found is None:
        near = ", ".join(map(repr, prices.near(arguments.model)))
        print(
            f"spansight: no price for model {arguments.model!r} at provider "
            f"{arguments.provider!r}; its calls count as unpriced"
            + (f"; did you mean {near}?" if near else "")
            + f"; add it to {arguments.folder / 'prices.yaml'}",
            file=sys.stderr,
        )
        return FINDINGS
    if arguments.json:
        print(json.dumps({"as_of": prices.as_of, **asdict(found)}, indent=2))
        return FINE
    Console().print(_rendered(found, prices.as_of))
    return FINE


def _rendered(found: table.Listing, as_of: str) -> Table:
    where = f"at {found.provider}" if found.provider else "by its maker's list"
    rendered = Table(
        title=f"{found.model} {where}",
        caption=f"US dollars per million tokens, as of {as_of}",
        title_justify="left",
        caption_justify="left",
    )
    for heading in _HEADINGS:
        rendered.add_column(heading, justify="right")
    for tier, rates in (("", found.price.rates), *found.price.tiers):
        for rate in rates:
            amounts = (rate.input, rate.cache_read, rate.cache_write, rate.cache_write_1h)
            rendered.add_row(
                tier,
                f"above {rate.above:,.0f}" if rate.above else "any",
                *(f"{amount:g}" for amount in (*amounts, rate.output)),
            )
    return rendered
