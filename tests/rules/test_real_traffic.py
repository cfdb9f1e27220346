"""Rules over what a real Collector derives: each is evaluated, each recorded series appears."""

import re
from pathlib import Path
from typing import Final

import pytest
import requests

from collector import otlp
from collector.process import eventually, running
from collector.prometheus import scraping
from spansight.conventions import events
from spansight.stores.prometheus import Prometheus

pytestmark = pytest.mark.stack

RULES: Final = Path(__file__).parents[2] / "prometheus" / "rules"
SHOP: Final[otlp.Attributes] = {
    "service.name": "shop",
    "deployment.environment.name": "prod",
    "team": "search",
}
CALL: Final[otlp.Attributes] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.request.stream": True,
    "gen_ai.response.time_to_first_chunk": 0.7,
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 10,
    "gen_ai.usage.cache_read.input_tokens": 400,
    "spansight.feature": "chat",
}
SPANS: Final = (
    otlp.span("chat gpt-4o", CALL, seconds=9.0),
    otlp.span("chat gpt-4o", {**CALL, "error.type": "timeout"}, seconds=9.0, error="gave up"),
    otlp.span("rag_retrieval", {"spansight.stage": "rag_retrieval"}, seconds=2.0),
    otlp.span("user_query", {"spansight.stage": "user_query"}, seconds=9.0),
)
SCORES: Final = [
    otlp.record(
        events.EVALUATION,
        {
            "gen_ai.evaluation.name": name,
            "gen_ai.evaluation.score.value": 0.1,
            "spansight.evaluator": "heuristic",
            "spansight.pipeline": "faq",
        },
    )
    for name in ("faithfulness", "relevancy")
]
TIMES: Final = 40
"""Of each, enough for every minimum."""


def in_a_hurry(folder: Path) -> Path:
    """Write the shipped rules to be evaluated every second."""
    folder.mkdir()
    for path in RULES.glob("*.yaml"):
        text = re.sub(r"interval: 1m", "interval: 1s", path.read_text("utf-8"))
        (folder / path.name).write_text(text, "utf-8")
    return folder


def groups(server: Prometheus) -> list[dict[str, object]]:
    data = requests.get(f"{server.url}/api/v1/rules", timeout=10).json()["data"]
    return [rule for group in data["groups"] for rule in group["rules"]]


def test_every_rule_is_evaluated_and_every_series_recorded(tmp_path: Path) -> None:
    rules = in_a_hurry(tmp_path / "rules")
    recorded = set(re.findall(r"record: (\S+)", "".join(p.read_text() for p in rules.iterdir())))
    with (
        running(tmp_path) as collector,
        scraping(tmp_path / "prometheus", collector.ports, rules=rules) as server,
    ):

        def appeared() -> None:
            collector.send(otlp.traces(SPANS * TIMES, SHOP), otlp.logs(SCORES * TIMES, SHOP))
            found = {name for name in recorded if server.query(name)}
            assert found == recorded

        eventually(appeared, within_s=60)
        pending = {"HighErrorRate", "HighLatency", "SlowGeneration", "AvailabilityBurn"}
        pending |= {"FirstTokenBurn", "AnswerLatencyBurn", "RetrievalBurn"}
        pending |= {"QualityDegradation", "LowRelevance"}

        def noticed() -> None:
            collector.send(otlp.traces(SPANS * TIMES, SHOP))
            found = server.query("ALERTS")
            assert {sample.labels["alertname"] for sample in found} >= pending

        eventually(noticed, within_s=60)
        states = [(rule["name"], rule["health"], rule.get("lastError")) for rule in groups(server)]
        assert states == [(name, "ok", None) for name, _, _ in states]
