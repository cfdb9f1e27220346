"""Judges with prices: what they spend counts against a cap."""

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass, replace
from typing import Any, cast

from spansight.cost import price, table
from spansight.errors import ConfigError
from spansight.evals.judge import Judge, Pricing, Used
from spansight.evals.model import Evaluator
from spansight.stack import files


def priced(evaluators: Mapping[str, Evaluator]) -> dict[str, Evaluator]:
    """Return the evaluators, those with a judge knowing what its model costs."""
    return {name: _priced(one) for name, one in evaluators.items()}


def require_prices(evaluators: Mapping[str, Evaluator], models: Iterable[str] = ()) -> None:
    """Raise where a cap could not hold: one of these models, or a judge's, has no known price."""
    judges = [judge for one in evaluators.values() if (judge := _judge(one))]
    known = listed()
    for model in [*models, *(judge.model for judge in judges)]:
        if known(Used(model, 1, 1)) is None:
            raise ConfigError(
                f"model {model!r} has no known price, so no cap would hold; expected one of "
                "`spansight prices`; add it to collector/prices.yaml, or leave the cap out"
            )


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
    judge = _judge(evaluator)
    if judge is None or not is_dataclass(evaluator):
        return evaluator
    knowing = replace(judge, price=listed())
    return cast("Evaluator", replace(cast("Any", evaluator), judge=knowing))


def _judge(evaluator: Evaluator) -> Judge | None:
    judge: object = getattr(evaluator, "judge", None)
    return judge if isinstance(judge, Judge) else None
