"""The builders write what they mean: parentheses, labels, and nothing where there is no traffic."""

from typing import Any, Literal

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spansight.conventions import labels, metrics
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Matcher, Scope

Shape = Any
"""A tree of operators and names, as nested tuples: what an expression means."""


def leaf(name: str) -> tuple[Expression, Shape]:
    return Expression(name), name


def combined(
    kind: Literal["ratio", "zero", "scaled", "compared", "and"],
    one: tuple[Expression, Shape],
    other: tuple[Expression, Shape],
) -> tuple[Expression, Shape]:
    (left, left_shape), (right, right_shape) = one, other
    match kind:
        case "ratio":
            return promql.ratio(left, right), ("/", left_shape, (">", right_shape, 0))
        case "zero":
            return promql.zero_without(left, right), ("or", left_shape, ("*", right_shape, 0))
        case "scaled":
            return promql.scaled(left, 60), ("*", left_shape, 60)
        case "compared":
            return promql.compared(left, "<", 3), ("<", left_shape, 3)
        case "and":
            return promql.all_of(left, right), ("and", left_shape, right_shape)


def shape(node: object) -> Shape:
    match node:
        case promql_parser.BinaryExpr():
            return (str(node.op), shape(node.lhs), shape(node.rhs))
        case promql_parser.ParenExpr():
            return shape(node.expr)
        case promql_parser.NumberLiteral():
            return node.val
        case promql_parser.VectorSelector():
            return node.name
        case _:
            raise AssertionError(node)


def left_to_right(tree: Shape) -> Shape:
    """`and` has no order of its own: a chain of it reads from the left."""
    if not isinstance(tree, tuple):
        return tree
    operator, left, right = tree  # pyright: ignore[reportUnknownVariableType] - a shape
    left, right = left_to_right(left), left_to_right(right)
    if operator == "and" and isinstance(right, tuple) and right[0] == "and":
        return left_to_right(("and", ("and", left, right[1]), right[2]))
    return (operator, left, right)  # pyright: ignore[reportUnknownVariableType] - a shape


@given(
    st.recursive(
        st.sampled_from(("a", "b", "c")).map(leaf),
        lambda inner: st.builds(
            combined,
            st.sampled_from(("ratio", "zero", "scaled", "compared", "and")),
            inner,
            inner,
        ),
        max_leaves=8,
    )
)
def test_parentheses_stand_where_they_are_needed(built: tuple[Expression, Shape]) -> None:
    expression, meant = built
    assert left_to_right(shape(promql_parser.parse(str(expression)))) == left_to_right(meant)
    assert shape(promql_parser.parse(expression.inline)) == shape(
        promql_parser.parse(str(expression))
    )


CHOSEN = Scope((Matcher("service", "=~", "$service"), Matcher("model", "=~", "$model")), "5m")


def test_a_matcher_that_the_metric_cannot_satisfy_is_left_out() -> None:
    assert promql.rate(metrics.REQUEST, CHOSEN).inline == (
        'sum( rate(llm_request_total{service=~"$service", model=~"$model"}[5m]) )'
    )
    assert promql.rate(metrics.EVALUATION_SCORE, CHOSEN).inline == (
        'sum( rate(llm_evaluation_score_count{service=~"$service"}[5m]) )'
    )


def test_a_scope_without_matchers_selects_everything() -> None:
    assert promql.increase(metrics.TOKENS, Scope(window="1h")).inline == (
        "sum( increase(llm_tokens_total[1h]) )"
    )


def test_a_quantile_keeps_the_buckets_apart() -> None:
    scope = CHOSEN.over("1m").per(labels.MODEL)
    assert promql.quantile(0.95, metrics.LATENCY, scope).inline == (
        "histogram_quantile( 0.95, sum by (model, le) ( rate(llm_latency_seconds_bucket"
        '{service=~"$service", model=~"$model"}[1m]) ) )'
    )


def test_a_label_that_the_metric_lacks_breaks_the_build() -> None:
    with pytest.raises(ValueError, match="llm_request_total has no label 'pipeline'; it has serv"):
        promql.rate(metrics.REQUEST, CHOSEN.per(labels.PIPELINE))
    with pytest.raises(ValueError, match="llm_tokens_total has no label 'status'"):
        promql.increase(metrics.TOKENS, CHOSEN, promql.equal(labels.STATUS, labels.ERROR))
    with pytest.raises(ValueError, match="llm_user_rating has no label 'model'"):
        promql.label_values(metrics.USER_RATING, labels.MODEL, ())
