"""Grafana's data sources: who leads where, and that a real Grafana can use them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import requests
import yaml

from spansight.stack import binaries, files
from spansight.stack.native import NativeStack
from spansight.stack.ports import Ports
from spansight.stack.servers import GRAFANA_LOGIN

FILE = files.root() / "grafana" / "provisioning" / "datasources" / "spansight.yaml"
SOURCES: dict[str, dict[str, Any]] = {
    source["uid"]: source for source in yaml.safe_load(FILE.read_text())["datasources"]
}


def test_every_store_is_a_data_source_that_nobody_edits() -> None:
    assert set(SOURCES) == {"prometheus", "tempo", "loki", "alertmanager"}
    assert not any(source["editable"] for source in SOURCES.values())
    assert [uid for uid, source in SOURCES.items() if source.get("isDefault")] == ["prometheus"]


def test_the_stores_lead_to_each_other() -> None:
    settings = {uid: source["jsonData"] for uid, source in SOURCES.items()}
    exemplars = settings["prometheus"]["exemplarTraceIdDestinations"]
    assert {row["name"]: row["datasourceUid"] for row in exemplars}["trace_id"] == "tempo"
    assert settings["tempo"]["tracesToLogsV2"]["datasourceUid"] == "loki"
    assert "trace_id" in settings["tempo"]["tracesToLogsV2"]["query"]
    assert settings["tempo"]["tracesToMetrics"]["datasourceUid"] == "prometheus"
    assert settings["tempo"]["serviceMap"]["datasourceUid"] == "prometheus"
    assert settings["tempo"]["nodeGraph"]["enabled"] is True
    (derived,) = settings["loki"]["derivedFields"]
    assert (derived["matcherRegex"], derived["datasourceUid"]) == ("trace_id", "tempo")


@pytest.fixture(scope="module")
def grafana(tmp_path_factory: pytest.TempPathFactory) -> Iterator[requests.Session]:
    """Start the stack with a real Grafana; skip where there is none."""
    try:
        binaries.find("grafana")
    except binaries.ProgramAbsent as absent:
        pytest.skip(f"GRAFANA NOT TESTED: {absent}")
    folder = tmp_path_factory.mktemp("grafana")
    servers = ("prometheus", "alertmanager", "loki", "tempo", "grafana")
    with (
        NativeStack(folder, ports=Ports.free(), servers=servers) as stack,
        requests.Session() as session,
    ):
        session.auth = ("admin", (folder / GRAFANA_LOGIN).read_text())
        session.headers["X-Base"] = stack.endpoints.grafana or ""
        yield session


def get(grafana: requests.Session, path: str) -> Any:  # noqa: ANN401 - JSON of another system
    return grafana.get(f"{grafana.headers['X-Base']}{path}", timeout=20).json()


@pytest.mark.stack
@pytest.mark.grafana
class TestRealGrafana:
    """A running Grafana, provisioned with the shipped files alone."""

    def test_needs_its_password(self, grafana: requests.Session) -> None:
        url = f"{grafana.headers['X-Base']}/api/datasources"
        assert requests.get(url, timeout=20).status_code == 401
        assert requests.get(url, auth=("admin", "admin"), timeout=20).status_code == 401

    @pytest.mark.parametrize("uid", ["prometheus", "tempo", "loki"])
    def test_reaches_each_store(self, grafana: requests.Session, uid: str) -> None:
        assert get(grafana, f"/api/datasources/uid/{uid}/health")["status"] == "OK"

    def test_expands_addresses_and_keeps_dollars(self, grafana: requests.Session) -> None:
        tempo = get(grafana, "/api/datasources/uid/tempo")
        assert tempo["url"].startswith("http://127.0.0.1:")
        logs = tempo["jsonData"]["tracesToLogsV2"]["query"]
        assert logs == '{${__tags}} | trace_id = "${__trace.traceId}"'
        loki = get(grafana, "/api/datasources/uid/loki")
        assert loki["jsonData"]["derivedFields"][0]["url"] == "${__value.raw}"

    def test_shows_every_shipped_dashboard_in_its_folder(self, grafana: requests.Session) -> None:
        paths = (files.root() / "grafana" / "dashboards").glob("*/*.json")
        shipped = {(_uid(path), path.parent.name) for path in paths}
        found = get(grafana, "/api/search?type=dash-db")
        assert {(row["uid"], row["folderTitle"]) for row in found} == shipped


def _uid(path: Path) -> str:
    return cast("str", yaml.safe_load(path.read_text())["uid"])
