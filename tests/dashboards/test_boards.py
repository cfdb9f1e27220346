"""Every committed board is complete, laid out, and leads on."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import promql_parser
import pytest
from grafana_foundation_sdk.models import units

from dashboards.committed import boards, explored, links, panels, strings

Json = dict[str, Any]

BOARDS = boards()
PANELS = panels()
KNOWN_UNITS = {value for name, value in vars(units).items() if name[0].isupper()}
OF_GRAFANA = {
    "__all",
    "__all_variables",
    "__auto",
    "__from",
    "__range",
    "__rate_interval",
    "__to",
    "__url",
    "__url_time_range",
    "__value",
}
SERVERS = ("otelcol_", "tempo_", "loki_", "prometheus_", "up")
SECONDS = {"s": 1, "m": 60, "h": 3600}

VERBS = frozenset(
    re.findall(
        r"\w+",
        """
        add agree ask check choose click compare describe end find follow get give index keep
        let limit look make mend move multiply name open put raise read record remove repair
        rerank run see send shorten sort start take trace wait widen
        """,
    )
)
"""What a reader can do about it."""


def parsed(expression: str) -> promql_parser.Expr:
    return promql_parser.parse(re.sub(r"(\[|offset -)\$\w+", r"\g<1>5m", expression))


def ways_to_selectors(node: object, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield, for each selector, the operations around it, outermost first, and its name."""
    match node:
        case promql_parser.VectorSelector():
            yield (*above, str(node.name))
        case promql_parser.MatrixSelector():
            yield from ways_to_selectors(node.vector_selector, (*above, "matrix"))
        case promql_parser.AggregateExpr():
            yield from ways_to_selectors(node.expr, (*above, str(node.op)))
        case promql_parser.Call():
            for argument in node.args:
                yield from ways_to_selectors(argument, (*above, node.func.name))
        case promql_parser.BinaryExpr():
            yield from ways_to_selectors(node.lhs, above)
            yield from ways_to_selectors(node.rhs, above)
        case promql_parser.ParenExpr():
            yield from ways_to_selectors(node.expr, above)
        case _:
            assert isinstance(node, promql_parser.NumberLiteral | promql_parser.StringLiteral), node


def promql(panel: Json) -> list[str]:
    targets = panel["targets"]
    return [t["expr"] for t in targets if t["datasource"]["type"] == "prometheus"]


every_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
every_panel = pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)


@every_board
def test_a_board_is_provisioned_not_edited(board: Json) -> None:
    assert board["schemaVersion"] == 42
    assert board["editable"] is False
    assert re.fullmatch(r"spansight-[a-z]{1,30}", board["uid"])
    assert board["annotations"]["list"]
    number, unit = re.fullmatch(r"(\d+)([smh])", board["refresh"]).groups()  # pyright: ignore[reportOptionalMemberAccess] - a None fails the test
    assert int(number) * SECONDS[unit] >= 30


@every_board
def test_panels_are_few_and_each_has_a_number_of_its_own(board: Json) -> None:
    numbers = [panel["id"] for panel in board["panels"]]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) > 0
    assert len(numbers) <= 16


@every_board
def test_panels_neither_overlap_nor_leave_the_grid(board: Json) -> None:
    cells = [
        {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        for place in (panel["gridPos"] for panel in board["panels"])
    ]
    assert all(0 <= x < 24 and y >= 0 for panel in cells for x, y in panel)
    assert not any(one & other for one, other in combinations(cells, 2))


@every_board
def test_every_variable_that_is_used_is_defined(board: Json) -> None:
    defined = {variable["name"] for variable in board["templating"]["list"]}
    used = {name for text in strings(board) for name in re.findall(r"\$\{?([a-z_]\w*)", text)}
    assert used - OF_GRAFANA <= defined
    assert {"prometheus", "tempo", "loki"} <= defined


@every_board
def test_a_reader_can_choose_by_whose_traffic_and_which_model(board: Json) -> None:
    choices = [v for v in board["templating"]["list"] if v["type"] == "query"]
    assert [v["name"] for v in choices][:6] == [
        "service",
        "environment",
        "team",
        "feature",
        "provider",
        "model",
    ]
    for variable in choices:
        assert variable["multi"]
        assert variable["includeAll"]
        assert variable["current"]["value"] == ["$__all"]
        assert 'service!="spansight-doctor"' in variable["definition"]


@every_board
def test_no_link_hides_in_a_menu(board: Json) -> None:
    assert "inControlsMenu" not in set(strings(board))


@every_panel
def test_a_panel_says_what_it_shows_and_what_to_do(panel: Json) -> None:
    assert panel["title"]
    sentences = re.findall(r"[A-Z`][^.?]*[.?]", panel["description"])
    assert len(sentences) >= 2
    assert panel["description"].endswith((".", "?"))
    last = re.split(r"(?<=[.?]) (?=[A-Z`])", panel["description"])[-1]
    assert VERBS & set(re.findall(r"[a-z]+", last.lower())), last
    unit = panel["fieldConfig"]["defaults"]["unit"]
    assert unit in KNOWN_UNITS or re.fullmatch(r"suffix: ?\S+", unit)
    assert panel["fieldConfig"]["defaults"]["noValue"]


@every_panel
def test_a_panel_reads_from_the_chosen_data_source(panel: Json) -> None:
    assert panel["targets"]
    for holder in (panel, *panel["targets"]):
        kind = holder["datasource"]["type"]
        assert holder["datasource"] == {"type": kind, "uid": f"${{{kind}}}"}
    names = [target["refId"] for target in panel["targets"]]
    assert len(names) == len(set(names))


@every_panel
def test_a_panel_leads_on(panel: Json) -> None:
    assert links(panel)
    for link in links(panel):
        if link["url"].startswith("/explore"):
            query = explored(link["url"])
            assert query["source"] == query["datasource"]["uid"]
            assert query["source"] == f"${{{query['datasource']['type']}}}"
            assert query["range"] == {"from": "${__from}", "to": "${__to}"}
        else:
            leads_to_a_board(link["url"])


def leads_to_a_board(url: str) -> None:
    """Whoever follows it arrives at one of ours, with time range and choices."""
    subject, kept = re.fullmatch(r"/d/spansight-(\w+?)(\?.*|\$.*)", url).groups()  # pyright: ignore[reportOptionalMemberAccess] - a None fails the test
    assert subject in BOARDS
    assert kept == "?${__url_time_range}&${__all_variables}" or kept.startswith("${__url.params:")


@every_board
def test_a_board_leads_to_the_others(board: Json) -> None:
    (others,) = (link for link in board["links"] if link["type"] == "dashboards")
    assert set(others["tags"]) <= set(board["tags"])
    assert others["includeVars"]
    assert others["keepTime"]


@every_board
def test_deploys_and_alerts_are_marked(board: Json) -> None:
    marked = {entry["name"]: entry for entry in board["annotations"]["list"]}
    assert marked["Deploys"]["target"]["tags"] == ["deploy"]
    assert 'ALERTS{alertname=~"' in marked["Firing alerts"]["expr"]


@every_board
def test_titles_are_unique(board: Json) -> None:
    """A panel's number follows from its title."""
    titles = [panel["title"] for panel in board["panels"]]
    assert len(titles) == len(set(titles))


@every_panel
def test_a_counter_is_shown_as_a_sum_of_rates_and_never_by_replica(panel: Json) -> None:
    for expression in promql(panel):
        for path in ways_to_selectors(parsed(expression)):
            counted = re.search(r"_(total|bucket|sum|count)$", path[-1])
            assert not counted or re.search(r"sum/(rate|increase)/matrix/\w+$", "/".join(path))
        assert "instance" not in expression


@every_panel
def test_the_doctors_call_is_in_no_panel(panel: Json) -> None:
    for expression in promql(panel):
        for name, selector in re.findall(r"(\w*)(\{[^}]*=[^}]*\})", expression):
            # What the servers say of themselves is about no service.
            assert name.startswith(SERVERS) or 'service!="spansight-doctor"' in selector
    for target in panel["targets"]:
        if target["datasource"]["type"] == "loki":
            assert ', service_name!="spansight-doctor"}' in target["expr"]
        if target["datasource"]["type"] == "tempo":
            assert 'resource.service.name != "spansight-doctor"' in target["query"]


@pytest.mark.parametrize(
    ("title", "kind", "series"),
    [
        ("Request volume", "timeseries", "llm_request_total"),
        ("Response time", "timeseries", "llm_latency_seconds_bucket"),
        ("Response time, distribution", "heatmap", "llm_latency_seconds_bucket"),
        ("Time to first token", "timeseries", "llm_time_to_first_token_seconds_bucket"),
        ("Tokens per minute", "timeseries", "llm_tokens_total"),
        ("Cost by model", "piechart", "llm_cost_usd_total"),
        ("Cost per hour", "timeseries", "llm_cost_usd_total"),
        ("Error ratio", "gauge", 'llm_request_total{status="error"'),
        ("Faithfulness", "gauge", "rag_faithfulness_score"),
        ("Faithfulness, trend", "timeseries", "rag_faithfulness_score"),
        ("Models compared", "table", "llm_cost_usd_total"),
        ("Latest calls", "table", "gen_ai.operation.name"),
    ],
)
def test_the_overview_answers_the_questions_of_the_design(
    title: str, kind: str, series: str
) -> None:
    panel = PANELS[f"overview: {title}"]
    assert panel["type"] == kind
    assert any(series in text for text in strings(panel["targets"]))


@pytest.mark.parametrize(
    ("title", "series"),
    [
        ("Dropped by apps", "spansight_self_dropped_total"),
        ("Dropped by applications, by reason", "spansight_self_dropped_total"),
        ("Errors kept inside", "spansight_self_errors_total"),
        ("Given up for good", "otelcol_exporter_send_failed_spans"),
        ("Given up for good", "otelcol_exporter_send_failed_log_records"),
        ("Refused by the Collector", "otelcol_receiver_refused_log_records"),
        ("No room for labels", 'otelcol_deltatocumulative_datapoints{error="limit"}'),
        ("Waiting on disk", "otelcol_exporter_queue_size"),
    ],
)
def test_every_kind_of_loss_is_on_the_pipeline_board(title: str, series: str) -> None:
    targets = PANELS[f"pipeline: {title}"]["targets"]
    assert any(series in text for text in strings(targets))
    assert any("vector(0)" in text for text in strings(targets)) or title == "Waiting on disk"


def test_response_times_carry_exemplars_that_open_a_trace() -> None:
    for title in ("Response time", "Response time, distribution"):
        targets = PANELS[f"overview: {title}"]["targets"]
        assert any(target["exemplar"] for target in targets), title


def test_tokens_are_stacked_bars() -> None:
    custom = PANELS["overview: Tokens per minute"]["fieldConfig"]["defaults"]["custom"]
    assert custom["drawStyle"] == "bars"
    assert custom["stacking"]["mode"] == "normal"


def test_the_first_row_is_the_verdict() -> None:
    first = [p["title"] for p in BOARDS["overview"]["panels"] if p["gridPos"]["y"] == 0]
    assert first == [
        "Requests",
        "P95 latency",
        "Error ratio",
        "Cost, last 24h",
        "Faithfulness",
        "Unpriced calls",
    ]
