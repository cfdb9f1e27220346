"""What queries ask for that nobody emits: series and labels of PromQL, attributes of the others."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import promql_parser

from spansight.conventions import attributes, foreign, labels, metrics
from spansight_dashboards import alerts, recordings
from spansight_dashboards.config import DEFAULT
from spansight_dashboards.rules import Recording

_ANY = frozenset({"alertname", "alertstate", "severity", labels.INSTANCE, labels.JOB})
"""Labels that every series has, or that are Prometheus' own."""


ATTRIBUTES: Final = {
    value for name, value in vars(attributes).items() if name.isupper() and isinstance(value, str)
} | {"service.version"}
"""What spans and events say: the vocabulary, and a resource's own word for a deploy."""


@cache
def carried() -> Mapping[str, frozenset[str]]:
    """Return the labels of every series that there is."""
    ours = (*metrics.ALL, *metrics.CONTROL, *metrics.SELF, *metrics.WORKER)
    groups = (*recordings.groups(DEFAULT), *alerts.groups(DEFAULT))
    recorded = (rule for group in groups for rule in group.rules if isinstance(rule, Recording))
    return {
        **dict.fromkeys(metrics.FOREIGN, frozenset()),
        **{series.prometheus: frozenset(series.labels) for series in foreign.ALL},
        **{name: frozenset((*each.labels, labels.BUCKET)) for each in ours for name in each.series},
        **{rule.name: frozenset(rule.labels) for rule in recorded},
    }


def unknown(expression: str) -> list[str]:
    """Return the series that nobody emits, and the labels that the series asked for lack.

    ValueError for what is no PromQL.
    """
    found = list(_asked(promql_parser.parse(expression), ()))
    strangers = [name for name, _ in found if name not in carried()]
    lacking = [
        f"{name}{{{label}}}"
        for name, asked in found
        if name in carried()
        for label in asked
        if label not in carried()[name] | _ANY
    ]
    return strangers + lacking


def unknown_to_tempo(traceql: str) -> set[str]:
    """Return the attributes of a search for spans that nobody sets."""
    return set(re.findall(r"(?:span|resource)\.([a-z][\w.]+)", traceql)) - ATTRIBUTES


def unknown_to_loki(logql: str) -> set[str]:
    """Return the attributes of a search for events that nobody sets, as Loki writes them."""
    stored = {name.replace(".", "_") for name in ATTRIBUTES}
    said = re.sub(r"`[^`]*`|\"[^\"]*\"", '""', logql)
    compared = re.findall(r"(?:[{,|]|unwrap)\s*(\w+)\s*(?:=|!|<|>|\[)", said)
    summed = [name for names in re.findall(r"by \(([^)]*)\)", said) for name in names.split(", ")]
    shown = re.findall(r"\.([a-z]+_\w+)", "".join(re.findall(r"`([^`]*)`", logql)))
    return {*compared, *summed, *shown} - stored


def _asked(node: object, above: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each series with the labels asked of it, those it is summed up by included."""
    match node:
        case promql_parser.VectorSelector():
            matchers = node.matchers.matchers
            yield str(node.name), (*above, *(matcher.name for matcher in matchers))
        case promql_parser.MatrixSelector():
            yield from _asked(node.vector_selector, above)
        case promql_parser.AggregateExpr():
            by = tuple(node.modifier.labels) if node.modifier else ()
            yield from _asked(node.expr, (*above, *by))
        case promql_parser.Call():
            for argument in node.args:
                yield from _asked(argument, above)
        case promql_parser.BinaryExpr():
            yield from _asked(node.lhs, above)
            yield from _asked(node.rhs, above)
        case promql_parser.ParenExpr() | promql_parser.SubqueryExpr():
            yield from _asked(node.expr, above)
        case _:
            assert isinstance(node, promql_parser.NumberLiteral | promql_parser.StringLiteral), node
