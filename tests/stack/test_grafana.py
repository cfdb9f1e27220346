"""Grafana's data sources as shipped: who leads where.  A running one is in tests/live."""

from typing import Any

import yaml

from spansight.stack import files

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
