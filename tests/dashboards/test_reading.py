"""What a reader meets in ten seconds: nothing cut off, no riddle of a colour, no empty frame."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from dashboards.committed import boards, panels

Json = dict[str, Any]

BOARDS: Final = boards()
PANELS: Final = panels()
SCORE: Final = "none"
"""What Grafana calls a plain number."""

ROOM: Final = {3: 6, 4: 14, 5: 20}
"""Width of a number, in columns → characters of its title that a picture of 1600 pixels shows."""

every_panel = pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)


def judged(panel: Json) -> Iterator[Json]:
    """Yield the settings of each value that limits paint: the panel's own, and its columns'."""
    defaults = panel["fieldConfig"]["defaults"]
    if panel["type"] in {"stat", "gauge"} and "thresholds" in defaults:
        yield defaults
    for override in panel["fieldConfig"]["overrides"]:
        own = {setting["id"]: setting["value"] for setting in override["properties"]}
        if "thresholds" in own:
            yield own


def digits(value: float) -> int:
    return len(f"{value:g}".partition(".")[2])


@every_panel
def test_a_score_never_reads_as_the_limit_that_it_misses(panel: Json) -> None:
    for settings in judged(panel):
        steps = settings["thresholds"]["steps"]
        limits = [step["value"] for step in steps if step["value"] is not None]
        if settings["unit"] == SCORE and limits:
            assert settings["decimals"] >= max(map(digits, limits)) + 2


def test_such_scores_are_on_boards_as_numbers_gauges_and_columns() -> None:
    kinds = {
        panel["type"]
        for panel in PANELS.values()
        for settings in judged(panel)
        if settings["unit"] == SCORE and settings.get("decimals") == 3
    }
    assert kinds == {"stat", "gauge", "table"}


@every_panel
def test_what_has_no_value_is_neither_good_nor_bad(panel: Json) -> None:
    for settings in judged(panel):
        if panel["type"] == "gauge" or len(settings["thresholds"]["steps"]) < 2:
            continue
        (mapping,) = settings["mappings"]
        assert mapping["options"]["match"] == "null+nan"
        assert mapping["options"]["result"]["color"] == "#6e6e6e"


@every_panel
def test_the_title_of_a_number_is_not_cut_off(panel: Json) -> None:
    if panel["type"] in {"stat", "gauge"}:
        assert len(panel["title"]) <= ROOM.get(panel["gridPos"]["w"], 30)


@every_panel
def test_a_table_has_room_for_its_columns(panel: Json) -> None:
    if panel["type"] != "table":
        return
    known = {
        override["matcher"]["options"]: setting["value"]
        for override in panel["fieldConfig"]["overrides"]
        for setting in override["properties"]
        if setting["id"] == "custom.width"
    }
    named = [
        titles
        for step in panel["transformations"]
        if (titles := step["options"].get("renameByName"))
    ]
    columns = list(named[0].values())
    widths = [max(known.get(title, 0), 75, 8 * len(title)) for title in columns]
    # A board of 24 columns is 1270 pixels wide beside Grafana's menu, in a window of 1600.
    assert sum(widths) <= 1270 * panel["gridPos"]["w"] / 24, dict(zip(columns, widths, strict=True))


def test_bars_of_a_period_have_a_time_range_of_several() -> None:
    """In an hour, no day begins: the panel would be empty."""
    (period,) = (v for v in BOARDS["cost"]["templating"]["list"] if v["name"] == "period")
    panel = PANELS["cost: Cost by hour, day, week or month"]
    assert panel["targets"][0]["interval"] == "$period"
    for option in period["options"]:
        written = panel["timeFrom"].replace("${period}", option["value"])
        whole, unit = re.fullmatch(r"(\d+)([hdw])", written).groups()  # pyright: ignore[reportOptionalMemberAccess] - a None fails the test
        each = int(re.sub(r"\D", "", option["value"]))
        assert option["value"].endswith(unit)
        assert int(whole) / each >= 7


def test_a_list_of_calls_follows_the_chosen_model() -> None:
    """A click on a model promises its calls alone."""
    for title in ("overview: Latest calls", "cost: Most expensive calls", "conversations: Calls"):
        (target,) = PANELS[title]["targets"]
        assert 'span.gen_ai.request.model =~ "${model:pipe}"' in target["query"]


def test_two_lines_of_a_panel_do_not_have_one_name() -> None:
    """A service's pipeline is one for each team."""
    (target,) = PANELS["overview: Faithfulness, trend"]["targets"]
    assert target["legendFormat"] == "{{pipeline}} · {{team}}"


def test_a_share_of_low_scores_is_counted_not_estimated_within_a_bucket() -> None:
    """A tenth of perfect scores would read 0.91: a quantile is never exact, a bucket's bound is."""
    for board in BOARDS.values():
        for panel in board["panels"]:
            for target in panel["targets"]:
                asked = str(target.get("expr"))
                assert not ("histogram_quantile" in asked and "llm_evaluation_score" in asked)


@pytest.mark.parametrize("store", ["tempo", "loki"])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"talk-1", None}),
        (".*", {"talk-1", None}),
        ("talk-1", {"talk-1"}),
        ("talk-.*", {"talk-1"}),
        ("other", set[str | None]()),
        ("c", set[str | None]()),
    ],
)
def test_a_box_that_is_empty_finds_everybody(
    store: str, asked: str, found: set[str | None]
) -> None:
    """Whoever clears it, or clicks the row of those without a name, has not asked for nobody."""
    panel, conversation = {
        "tempo": ("conversations: Calls", r"span\.gen_ai\.conversation\.id"),
        "loki": ("conversations: Prompts and answers", "gen_ai_conversation_id"),
    }[store]
    (target,) = PANELS[panel]["targets"]
    conditions = re.findall(
        rf'({conversation}|name|event_name)\s?=~\s?"([^"]*\$\{{conversation:raw\}}[^"]*)"',
        target["query" if store == "tempo" else "expr"],
    )
    said = {"name": "chat gpt-4o", "event_name": "gen_ai.client.inference.operation.details"}
    assert len(conditions) == {"tempo": 3, "loki": 2}[store]
    for one in ("talk-1", None):
        # An attribute that is not there matches nothing in Tempo, and the empty text in Loki.
        value = one if one is not None or store == "tempo" else ""
        matches = [
            re.fullmatch(
                pattern.replace("${conversation:raw}", asked), said.get(field, value) or ""
            )
            for field, pattern in conditions
            if said.get(field, value) is not None
        ]
        assert any(matches) == (one in found)
