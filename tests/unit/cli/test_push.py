"""`spansight dashboards push`: what is new or ours is saved, what a person made is left alone."""

import json
from collections.abc import Iterator

import pytest

from spansight.cli import main
from spansight.conventions.environment import GRAFANA_TOKEN, GRAFANA_URL
from spansight_dashboards import emit
from spansight_dashboards.config import DEFAULT
from support.canned import Canned
from support.grafana_api import GrafanaApi

UIDS = {board["uid"] for board in emit.boards(DEFAULT)}
OVERVIEW = "spansight-overview"
SECRET = "glsa_0123456789abcdef"


@pytest.fixture
def grafana(monkeypatch: pytest.MonkeyPatch) -> Iterator[GrafanaApi]:
    with GrafanaApi(SECRET, sources=("prometheus", "tempo", "loki")) as api:
        monkeypatch.setenv(GRAFANA_URL.name, api.url)
        monkeypatch.setenv(GRAFANA_TOKEN.name, SECRET)
        # Rich writes for eighty columns where it sees no terminal.
        monkeypatch.setenv("COLUMNS", "160")
        yield api


def push(*words: str) -> int:
    return main(["dashboards", "push", *words])


def states(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, tuple[str, bool]]:
    """Return what a push says it did: the state of each board, and whether it was saved."""
    capsys.readouterr()
    push(*words, "--json")
    rows = json.loads(capsys.readouterr().out)
    return {row["uid"]: (row["state"], row["saved"]) for row in rows}


def test_a_grafana_without_boards_gets_all(
    grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]
) -> None:
    assert states(capsys) == dict.fromkeys(UIDS, ("new", True))
    assert list(grafana.folders.values()) == ["Spansight"]
    assert set(grafana.boards) == UIDS


def test_a_second_push_changes_nothing(
    grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]
) -> None:
    assert push() == 0
    assert states(capsys) == dict.fromkeys(UIDS, ("same", False))
    assert {board["version"] for board in grafana.boards.values()} == {1}


def test_a_folder_that_is_there_is_used(grafana: GrafanaApi) -> None:
    grafana.folders["made-by-hand"] = "Spansight"
    assert push() == 0
    assert list(grafana.folders) == ["made-by-hand"]


def test_a_newer_board_replaces_the_one_that_was_pushed(
    grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]
) -> None:
    push()
    done = states(capsys, "--set", "daily_budget_usd=250")
    assert done[OVERVIEW] == ("changed", True)
    assert grafana.boards[OVERVIEW]["version"] == 2
    assert states(capsys, "--set", "daily_budget_usd=250")[OVERVIEW] == ("same", False)


def test_what_a_person_edited_is_left_alone(
    grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]
) -> None:
    push()
    grafana.edit(OVERVIEW, title="Mina's overview")
    capsys.readouterr()
    assert push() == 1
    said = capsys.readouterr().out
    assert "edited in Grafana (mina, 2026-03-01T09:30)" in said
    assert "left alone; --force replaces it" in said
    assert grafana.boards[OVERVIEW]["title"] == "Mina's overview"


def test_an_edit_is_known_even_when_the_board_is_newer_too(
    grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]
) -> None:
    push()
    grafana.edit(OVERVIEW, title="Mina's overview")
    done = states(capsys, "--set", "daily_budget_usd=250")
    assert done[OVERVIEW] == ("edited", False)


def test_force_replaces_an_edit(grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]) -> None:
    push()
    grafana.edit(OVERVIEW, title="Mina's overview")
    assert push("--force") == 0
    assert grafana.boards[OVERVIEW]["title"] == "LLM overview"
    assert states(capsys) == dict.fromkeys(UIDS, ("same", False))


def test_a_board_that_came_otherwise_is_nobody_s_to_replace(
    grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]
) -> None:
    grafana.boards[OVERVIEW] = {"uid": OVERVIEW, "title": "An import", "version": 3}
    assert states(capsys)[OVERVIEW] == ("edited", False)


def test_a_provisioned_board_is_left_to_its_file(
    grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]
) -> None:
    push()
    grafana.provisioned.add(OVERVIEW)
    knob = ("--set", "daily_budget_usd=250", "--force")
    assert states(capsys, *knob)[OVERVIEW] == ("provisioned", False)
    assert push(*knob) == 1


def test_a_dry_run_shows_the_lines_and_saves_nothing(
    grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]
) -> None:
    push()
    before = json.dumps(grafana.boards)
    capsys.readouterr()
    assert push("--dry-run", "--set", "daily_budget_usd=250") == 0
    said = capsys.readouterr().out
    assert "--- in Grafana" in said
    assert "would be saved" in said
    assert any(line.startswith("+") and "250" in line for line in said.splitlines())
    assert json.dumps(grafana.boards) == before


def test_without_a_token_one_line_says_how_to_get_one(
    grafana: GrafanaApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(GRAFANA_TOKEN.name)
    assert push() == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("spansight: SPANSIGHT_GRAFANA_TOKEN is not set; make a service account")
    assert not grafana.boards


def test_a_refused_token_is_one_line_without_it(
    grafana: GrafanaApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(GRAFANA_TOKEN.name, "glsa_wrong_and_secret")
    assert push() == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        f"spansight: Grafana at {grafana.url} refused the token for '/api/datasources' "
        "(401: Invalid API key); set SPANSIGHT_GRAFANA_TOKEN to one of a service account with the "
        "role Editor"
    )


def test_an_unknown_data_source_is_one_line(
    grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]
) -> None:
    assert push("--set", "prometheus_source=Mimir") == 2
    assert capsys.readouterr().err == (
        "spansight: prometheus_source='Mimir': Grafana has no such prometheus data source; "
        "it has 'My prometheus'\n"
    )
    assert push("--set", "prometheus_source=My prometheus") == 0
    assert not grafana.provisioned


def test_a_kind_of_source_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with GrafanaApi(SECRET, sources=("prometheus", "loki")) as api:
        monkeypatch.setenv(GRAFANA_TOKEN.name, SECRET)
        assert push("--url", api.url) == 2
    assert capsys.readouterr().err == (
        "spansight: Grafana has no data source of type 'tempo'; add one first\n"
    )


def test_no_grafana_there_is_code_three(
    grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]
) -> None:
    assert push("--url", grafana.url + "/elsewhere") == 2
    assert "refused: Not found" in capsys.readouterr().err
    assert push("--url", "http://127.0.0.1:9") == 3
    assert "Grafana at http://127.0.0.1:9 did not answer" in capsys.readouterr().err


def test_a_server_that_is_no_grafana_is_recognised(
    grafana: GrafanaApi, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grafana.url
    with Canned(api_datasources="<html>hello</html>") as other:
        assert push("--url", other.url) == 3
        assert push("--url", f"{other.url}/elsewhere") == 3
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert all(line.endswith("is that the address of Grafana?") for line in said)
