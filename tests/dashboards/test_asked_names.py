"""Every query of a board, its variables and its annotations asks for what somebody emits."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from dashboards.committed import boards, explored, links, panels
from support.queried import unknown, unknown_to_loki, unknown_to_tempo

Json = dict[str, Any]

PANELS: Final = panels()
BOARDS: Final = boards()

every_panel = pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
every_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)


def filled(promql: str) -> str:
    """Return a query with what a reader chose, so that it can be parsed."""
    return re.sub(r"(\[|offset -|\")\$\w+", r"\g<1>5m", promql)


def of(panel: Json, store: str) -> Iterator[str]:
    """Yield the queries of a panel, and of the links from it."""
    for target in panel["targets"]:
        if target["datasource"]["type"] == store:
            yield target["expr" if "expr" in target else "query"]
    for link in links(panel):
        if link["url"].startswith("/explore"):
            query = explored(link["url"])
            if query["datasource"]["type"] == store:
                yield query["expr" if "expr" in query else "query"]


@every_panel
def test_a_panel_asks_prometheus_for_series_and_labels_that_there_are(panel: Json) -> None:
    for query in of(panel, "prometheus"):
        assert unknown(filled(query)) == [], query


@every_panel
def test_a_panel_and_its_links_ask_for_attributes_that_there_are(panel: Json) -> None:
    for query in of(panel, "tempo"):
        assert unknown_to_tempo(query) == set(), query
    for query in of(panel, "loki"):
        assert unknown_to_loki(query) == set(), query


@every_board
def test_a_variable_and_an_annotation_ask_for_what_there_is(board: Json) -> None:
    asked = [v["definition"] for v in board["templating"]["list"] if v["type"] == "query"]
    assert asked
    for definition in asked:
        series, label = re.fullmatch(r"label_values\((.*), (\w+)\)", definition).groups()  # pyright: ignore[reportOptionalMemberAccess] - a None fails the test
        assert unknown(f"count by ({label}) ({filled(series)})") == [], definition
    (firing,) = (each["expr"] for each in board["annotations"]["list"] if "expr" in each)
    assert {name for name in unknown(filled(firing)) if "{" not in name} == set()


def test_what_nobody_emits_is_found() -> None:
    assert unknown_to_tempo('{ span.gen_ai.modell = "x" && resource.service.name = "y" }') == {
        "gen_ai.modell"
    }
    said = (
        'avg_over_time({service_nam="x"} | gen_ai_evaluation_nme="y" | unwrap scor [5m]) by (thm)'
    )
    assert unknown_to_loki(said) == {"service_nam", "gen_ai_evaluation_nme", "scor", "thm"}
    assert unknown_to_loki('{service_name="x"} | line_format `{{.spansight_ratng}}`') == {
        "spansight_ratng"
    }
