"""Judges with prices: what they spend counts against a cap."""

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from typing import Any, cast

from spansight.cost import price, table
from spansight.evals.judge import Judge, Pricing, Used
from spansight.evals.model import Evaluator
from spansight.stack import files


def priced(evaluators: Mapping[str, Evaluator]) -> dict[str, Evaluator]:
    """Return the evaluators, those with a judge knowing what its model costs."""
    return {name: _priced(one) for name, one in evaluators.items()}


def listed() -> Pricing:
    """Return what an answer costs by the table that the Collector has."""
    return pricing(table.read(files.root() / "collector" / "prices.ottl"))


def pricing(prices: table.PriceTable) -> Pricing:
    """Return what one answer of a judge costs by a table; None where that has no such model."""

    def cost(used: Used) -> float | None:
        found = prices.find(table.WIRE_FORMAT, used.model)
        usage = price.Usage(used.input_tokens, used.output_tokens, used.cached_tokens)
        parts = price.cost(found.price if found else None, usage).parts_usd
        return parts.total if parts else None

    return cost


def _priced(evaluator: Evaluator) -> Evaluator:
    judge: object = getattr(evaluator, "judge", None)
    if not isinstance(judge, Judge) or not is_dataclass(evaluator):
        return evaluator
    knowing = replace(judge, price=listed())
    return cast("Evaluator", replace(cast("Any", evaluator), judge=knowing))
