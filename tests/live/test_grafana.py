"""Grafana as provisioned: data sources that answer and lead to each other, the board in place."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from spansight.conventions import logql
from spansight.live import publishing
from spansight.live.panels import filled, queries
from spansight.stack.native import NativeStack
from spansight.stack.servers import GRAFANA_LOGIN
from spansight.stores.grafana import Grafana
from support.traffic import Traffic

pytestmark = [pytest.mark.stack, pytest.mark.grafana]


@pytest.fixture(scope="module")
def grafana(stack: NativeStack) -> requests.Session:
    """Return a session of the user `admin`."""
    if stack.endpoints.grafana is None:
        pytest.skip(f"GRAFANA NOT TESTED: {stack.missing}")
    session = requests.Session()
    password = (Path(stack.state.folder) / GRAFANA_LOGIN).read_text()
    session.auth = ("admin", password)
    return session


def get(session: requests.Session, stack: NativeStack, path: str) -> Any:  # noqa: ANN401 - JSON
    response = session.get(f"{stack.endpoints.grafana}{path}", timeout=10)
    response.raise_for_status()
    return response.json()


@pytest.mark.parametrize("uid", ["prometheus", "tempo", "loki"])
def test_a_data_source_answers(grafana: requests.Session, stack: NativeStack, uid: str) -> None:
    assert get(grafana, stack, f"/api/datasources/uid/{uid}/health")["status"] == "OK"


def test_nobody_enters_without_the_password(grafana: requests.Session, stack: NativeStack) -> None:
    url = f"{stack.endpoints.grafana}/api/datasources"
    assert requests.get(url, timeout=20).status_code == 401
    assert requests.get(url, auth=("admin", "admin"), timeout=20).status_code == 401
    assert grafana.get(url, timeout=20).ok


def test_addresses_are_expanded_and_dollars_kept(
    grafana: requests.Session, stack: NativeStack
) -> None:
    tempo = get(grafana, stack, "/api/datasources/uid/tempo")
    assert tempo["url"].startswith("http://127.0.0.1:")
    logs = tempo["jsonData"]["tracesToLogsV2"]["query"]
    assert logs == f'{{${{__tags}}}} | trace_id = "${{__trace.traceId}}" {logql.AS_TEXT}'
    loki = get(grafana, stack, "/api/datasources/uid/loki")
    assert loki["jsonData"]["derivedFields"][0]["url"] == "${__value.raw}"


def test_every_shipped_dashboard_is_in_its_folder(
    grafana: requests.Session, stack: NativeStack, dashboards: Path
) -> None:
    paths = list(dashboards.glob("*/*.json"))
    shipped = {(json.loads(path.read_text())["uid"], path.parent.name) for path in paths}
    found = get(grafana, stack, "/api/search?type=dash-db")
    assert {(row["uid"], row["folderTitle"]) for row in found} == shipped


def test_data_sources_lead_to_each_other(grafana: requests.Session, stack: NativeStack) -> None:
    found = {
        source["uid"]: source["jsonData"] for source in get(grafana, stack, "/api/datasources")
    }
    exemplars = found["prometheus"]["exemplarTraceIdDestinations"]
    assert {destination["datasourceUid"] for destination in exemplars} == {"tempo"}
    assert found["tempo"]["tracesToLogsV2"]["datasourceUid"] == "loki"
    assert found["tempo"]["tracesToMetrics"]["datasourceUid"] == "prometheus"
    assert found["tempo"]["serviceMap"]["datasourceUid"] == "prometheus"
    assert [field["datasourceUid"] for field in found["loki"]["derivedFields"]] == ["tempo"]


def test_the_board_is_provisioned(grafana: requests.Session, stack: NativeStack) -> None:
    board = get(grafana, stack, "/api/dashboards/uid/spansight-overview")
    assert board["meta"]["provisioned"]
    assert board["meta"]["folderTitle"] == "Spansight"


def test_grafana_runs_every_query_of_the_board(
    grafana: requests.Session, stack: NativeStack, dashboards: Path, traffic: Traffic
) -> None:
    asked = [query for query in queries(dashboards) if query.store == "prometheus"]
    body = {
        "from": "now-15m",
        "to": "now",
        "queries": [
            {
                "refId": f"Q{number}",
                "datasource": {"uid": "prometheus"},
                "expr": filled(query.text, 900),
                "instant": query.instant,
                "range": not query.instant,
            }
            for number, query in enumerate(asked)
        ],
    }
    url = f"{stack.endpoints.grafana}/api/ds/query"
    results = grafana.post(url, json=body, timeout=30).json()["results"]
    assert traffic.calls
    assert len(results) == len(asked) > 0
    assert not {name: result["error"] for name, result in results.items() if "error" in result}


@pytest.fixture
def pushed(
    grafana: requests.Session, stack: NativeStack, dashboards: Path
) -> Iterator[dict[str, Any]]:
    """Yield a board that is not shipped, and remove it from Grafana."""
    model = json.loads((dashboards / "Spansight" / "overview.json").read_text())
    yield {**model, "uid": "spansight-pushed", "title": "Pushed"}
    url = f"{stack.endpoints.grafana}/api/dashboards/uid/spansight-pushed"
    grafana.delete(url, timeout=20).raise_for_status()


def test_boards_go_there_through_the_api_too(
    grafana: requests.Session, stack: NativeStack, pushed: dict[str, Any]
) -> None:
    server = Grafana(str(stack.endpoints.grafana), editor(grafana, stack))

    def state(wanted: dict[str, Any]) -> str:
        (change,) = publishing.changes(server, [wanted])
        return change.state

    publishing.push(server, publishing.changes(server, [pushed]))
    assert state(pushed) == "same"
    assert state({**pushed, "title": "Newer"}) == "changed"

    stored = server.board("spansight-pushed")
    assert stored
    edited = {
        "dashboard": {**stored.model, "title": "By hand"},
        "folderUid": server.folder("Spansight"),
    }
    url = f"{stack.endpoints.grafana}/api/dashboards/db"
    grafana.post(url, json=edited, timeout=20).raise_for_status()
    assert state(pushed) == "edited"
    assert state({**pushed, "uid": "spansight-overview"}) == "provisioned"


def editor(session: requests.Session, stack: NativeStack) -> str:
    """Return the token of a new service account that may edit."""
    url = f"{stack.endpoints.grafana}/api/serviceaccounts"
    account = session.post(url, json={"name": "boards", "role": "Editor"}, timeout=20).json()
    token = session.post(f"{url}/{account['id']}/tokens", json={"name": "test"}, timeout=20)
    return token.json()["key"]
