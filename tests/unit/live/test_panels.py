"""What is asked of the stores for each panel, and what becomes of their answers."""

import json
import re
from pathlib import Path

import pytest

from spansight.errors import ConfigError, StoreUnavailable
from spansight.live import panels
from spansight.live.panels import Query
from spansight.stores.endpoints import Endpoints
from support.canned import Canned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate(a[$__rate_interval])", "rate(a[60s])"),
        ("rate(a[${__rate_interval}])", "rate(a[60s])"),
        ("increase(a[$__range])", "increase(a[900s])"),
        ("a / $__range_s", "a / 900"),
        ('a{team=~"$team"}', 'a{team=~".*"}'),
        ('a{team=~"${team:regex}",model="x"}', 'a{team=~".*",model="x"}'),
        ('label_replace(a, "b", "$1", "c", "(.+)")', 'label_replace(a, "b", "$1", "c", "(.+)")'),
        ('a{b=~"x$"}', 'a{b=~"x$"}'),
    ],
)
def test_grafana_s_variables_are_filled(text: str, expected: str) -> None:
    assert panels.filled(text, 900) == expected


def test_of_a_week_no_more_points_are_asked_for_than_prometheus_tells() -> None:
    week_s = 7 * 86_400
    with Canned(api_v1_query_range={"data": {"result": []}}) as server:
        endpoints = Endpoints(prometheus=server.url)
        query = Query("board", "panel", "prometheus", "rate(a[$__rate_interval])", instant=False)
        panels.run(query, endpoints, window_s=week_s)
    ((_, asked),) = server.asked
    step_s = float(asked["step"])
    assert week_s / step_s < 11_000
    (covered_s,) = re.findall(r"\[(\d+)s\]", asked["query"])
    assert float(covered_s) > step_s


@pytest.mark.parametrize(
    ("traceql", "computes"),
    [
        ("{ } | rate()", True),
        ("{ } | quantile_over_time(duration, .95)", True),
        ('{ name = "a" } | histogram_over_time(duration)', True),
        ("{ } | compare({ status = error })", True),
        ("{ .spansight.cost.usd > 0.1 }", False),
        ("{ } | select(.gen_ai.request.model)", False),
        ('{ name = "rate()" }', False),
    ],
)
def test_traceql_metrics_are_told_from_searches(traceql: str, *, computes: bool) -> None:
    assert panels.is_metric(traceql) is computes


def test_queries_are_read_from_rows_too(tmp_path: Path) -> None:
    tempo = {"datasource": {"type": "tempo", "uid": "$tempo"}, "query": "{ }"}
    instant = {"expr": "up", "instant": True}
    inner = {"title": "inner", "datasource": {"type": "prometheus"}, "targets": [instant]}
    row = {"title": "row", "type": "row", "panels": [inner]}
    outer = {"title": "outer", "targets": [tempo]}
    (tmp_path / "sub").mkdir()
    board = {"title": "Board", "panels": [outer, row]}
    (tmp_path / "sub" / "board.json").write_text(json.dumps(board))
    assert panels.queries(tmp_path) == [
        Query("Board", "outer", "tempo", "{ }", instant=False),
        Query("Board", "inner", "prometheus", "up", instant=True),
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"panels": [{"targets": [{}]}]}', '"board"'])
def test_a_broken_board_names_its_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        panels.queries(tmp_path)
    assert str(error.value).startswith(f"{path}: expected a dashboard, got ")
    assert str(error.value).endswith("write it again with: spansight dashboards build")


def test_an_unknown_store_is_not_asked(tmp_path: Path) -> None:
    target = {"datasource": {"type": "mysql"}, "expr": "select 1"}
    board = {"title": "Board", "panels": [{"title": "panel", "targets": [target]}]}
    (tmp_path / "board.json").write_text(json.dumps(board))
    with pytest.raises(ConfigError, match="'mysql'; expected prometheus, loki or tempo"):
        panels.queries(tmp_path)


def test_a_panel_has_as_many_samples_as_its_store_returns() -> None:
    labels = {"a": "b"}
    rows = [{"metric": labels, "value": [1, "NaN"]}, {"metric": labels, "value": [1, "0"]}]
    with Canned(
        api_v1_query={"data": {"resultType": "vector", "result": rows}},
        api_v1_query_range={"data": {"result": [{"values": [[1, "1"], [2, "2"], [3, "3"]]}]}},
        loki_api_v1_query_range={"data": {"result": [{"stream": labels, "values": [["1", "a"]]}]}},
        api_search={"traces": [{"traceID": "a"}, {"traceID": "b"}]},
        api_metrics_query_range={"series": [{"samples": [1, 2, 3, 4, 5]}]},
    ) as server:
        everywhere = Endpoints(prometheus=server.url, loki=server.url, tempo=server.url)
        samples = {
            (query.store, query.text): panels.run(query, everywhere, window_s=60).samples
            for query in (
                Query("b", "p", "prometheus", "now", instant=True),
                Query("b", "p", "prometheus", "range", instant=False),
                Query("b", "p", "loki", "{}", instant=False),
                Query("b", "p", "tempo", "{ }", instant=False),
                Query("b", "p", "tempo", "{ } | rate()", instant=False),
            )
        }
    assert list(samples.values()) == [1, 3, 1, 2, 5]


def test_a_refused_query_is_what_the_panel_shows() -> None:
    query = Query("b", "p", "prometheus", "rate(", instant=True)
    with Canned().refuse("api_v1_query", 400, "parse error") as server:
        outcome = panels.run(query, Endpoints(prometheus=server.url), window_s=60)
    assert outcome.samples == 0
    assert "Prometheus refused" in outcome.error
    assert outcome.error.endswith("parse error")


def test_a_store_that_is_down_is_no_empty_panel() -> None:
    query = Query("b", "p", "prometheus", "up", instant=True)
    with (
        Canned().refuse("api_v1_query", 503, "starting") as server,
        pytest.raises(StoreUnavailable),
    ):
        panels.run(query, Endpoints(prometheus=server.url), window_s=60)
