"""Events in a real Loki: read by people, joined to their span, and none too large to be taken."""

import os
import re
import subprocess
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
import requests
import yaml

from collector import otlp
from collector.process import Collector, eventually, process, store
from spansight.conventions import attributes, events, logql
from spansight.stack import binaries, files
from spansight.stack.ports import Ports
from spansight.stores.loki import Line, Loki

pytestmark = pytest.mark.stack

SPAN: Final = "01" * 8
CONTENT: Final[otlp.Attributes] = {
    "gen_ai.request.model": "gpt-4o",
    attributes.SYSTEM_INSTRUCTIONS: [{"type": "text", "content": "Be brief."}],
    attributes.INPUT_MESSAGES: [
        {"role": "user", "parts": [{"type": "text", "content": "Wie ist das <b>Wetter</b>?"}]},
        {
            "role": "assistant",
            "parts": [
                {"type": "reasoning", "content": "Ask the tool."},
                {"type": "tool_call", "id": "1", "name": "weather", "arguments": {"city": "Köln"}},
            ],
        },
        {
            "role": "tool",
            "parts": [{"type": "tool_call_response", "id": "1", "response": "rain, 12 °C"}],
        },
    ],
    attributes.OUTPUT_MESSAGES: [
        {"role": "assistant", "parts": [{"type": "text", "content": "Regen."}]}
    ],
}


@contextmanager
def loki(folder: Path) -> Generator[Loki]:
    """Run a Loki with the shipped file."""
    ports = Ports.free()
    variables = {
        "LOKI_HTTP_PORT": str(ports.loki),
        "LOKI_GRPC_PORT": str(ports.loki_grpc),
        "LOKI_DATA": str(folder / "loki"),
    }
    config = files.root() / "loki" / "loki.yaml"
    with (folder / "loki.log").open("w") as log:
        started = subprocess.Popen(
            [binaries.find("loki"), f"-config.file={config}", "-config.expand-env=true"],
            env=os.environ | variables,
            stdout=log,
            stderr=log,
        )
        try:
            server = Loki(f"http://127.0.0.1:{ports.loki}")
            eventually(lambda: _is_ready(server), within_s=60)
            yield server
        finally:
            started.terminate()
            started.wait(timeout=30)


def _is_ready(server: Loki) -> None:
    try:
        assert requests.get(f"{server.url}/ready", timeout=2).status_code == 200
    except requests.ConnectionError as error:
        raise AssertionError from error


class Stored:
    """A Collector that exports to a Loki, and that Loki."""

    def __init__(self, collector: Collector, server: Loki) -> None:
        self.collector = collector
        self.loki = server

    def lines(self, service: str, count: int, pipeline: str = "") -> list[Line]:
        """Wait for this many lines of one service."""
        now = time.time()
        query = f'{{service_name="{service}"}} {pipeline}'
        return eventually(lambda: self._exactly(query, now, count), within_s=20)

    def _exactly(self, query: str, now: float, count: int) -> list[Line]:
        found = self.loki.lines(query, start=now - 60, end=time.time() + 60)
        assert len(found) == count
        return found

    def discarded(self) -> str:
        """Return Loki's own count of what it refused."""
        text = requests.get(f"{self.loki.url}/metrics", timeout=10).text
        return "\n".join(row for row in text.splitlines() if row.startswith("loki_discarded"))


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    folder = tmp_path_factory.mktemp("loki")
    with (
        loki(folder) as server,
        store() as unused,
        process(
            folder, unused.url, f"yaml:exporters::otlp_http/loki::endpoint: {server.url}/otlp"
        ) as (ports, _, log),
    ):
        yield Stored(Collector(ports, unused, log), server)


def test_a_conversation_reads_as_one(stored: Stored) -> None:
    stored.collector.send(
        otlp.logs([otlp.record(events.CONTENT, CONTENT)], {"service.name": "reads"})
    )
    (line,) = stored.lines("reads", 1, logql.AS_TEXT)
    assert line.body.splitlines() == [
        "system: Be brief.",
        "user: Wie ist das <b>Wetter</b>?",
        "assistant: Ask the tool. weather map[city:Köln]",
        "tool: rain, 12 °C",
        "assistant: Regen.",
    ]
    assert "__error__" not in line.labels


def test_every_event_leads_to_its_span_and_reads_as_it_is(stored: Stored) -> None:
    judged: otlp.Attributes = {
        attributes.EVALUATION_NAME: "faithfulness",
        attributes.EVALUATION_SCORE: 0.5,
        attributes.EVALUATION_EXPLANATION: "Nothing says {so}",
    }
    stored.collector.send(
        otlp.logs(
            [
                otlp.record(events.EVALUATION, judged),
                otlp.record(events.FEEDBACK, {attributes.RATING: 4.0}, "fine {mostly}"),
                otlp.record("app.started", {}, '{"port": 1}'),
            ],
            {"service.name": "events"},
        )
    )
    joined = f'| span_id="{SPAN}" | trace_id="{otlp.TRACE_ID.hex()}" {logql.AS_TEXT}'
    lines = stored.lines("events", 3, joined)
    assert {(line.labels[attributes.EVENT_NAME], line.body) for line in lines} == {
        (events.EVALUATION, "Nothing says {so}"),
        (events.FEEDBACK, "fine {mostly}"),
        ("app.started", '{"port": 1}'),
    }


def test_what_is_too_long_is_cut_and_says_how_long_it_was(stored: Stored) -> None:
    long = {**CONTENT, attributes.SYSTEM_INSTRUCTIONS: "é" * 400_000}
    wide = {f"key.{number}": {"nested": "v" * 2_000} for number in range(500)}
    stored.collector.send(
        otlp.logs(
            [
                otlp.record(events.CONTENT, long),
                otlp.record("wide", wide, "kept"),
                otlp.record(events.CONTENT, CONTENT),
                otlp.record("parts", {}, {"parts": ["p" * 1_000] * 500}),
            ],
            {"service.name": "long"},
        )
    )
    lines = stored.lines("long", 4, logql.AS_TEXT)
    short, whole, *cut = sorted(lines, key=lambda line: len(line.body))
    assert (short.body, short.labels[attributes.EVENT_NAME]) == ("kept", "wide")
    assert short.labels["spansight_attributes_cut"] == "true"
    assert {value for key, value in short.labels.items() if "nested" in key} == {"[cut]"}
    assert not {"spansight_body_bytes", "spansight_attributes_cut"} & set(whole.labels)
    for line in cut:
        assert re.search(r"… \[cut[^]]*\]$", line.body)
        assert len(line.body.encode()) < 256 * 1024
        assert int(line.labels["spansight_body_bytes"]) > 500_000
    assert "line_too_long" not in stored.discarded()
    assert "structured_metadata" not in stored.discarded()


def test_what_loki_refuses_all_the_same_is_counted_on_both_sides(stored: Stored) -> None:
    old = otlp.record("old", {}, "of last year")
    old.time_unix_nano -= 366 * 24 * 3600 * otlp.SECOND
    stored.collector.send(otlp.logs([old], {"service.name": "refused"}))

    def counted() -> None:
        assert 'reason="greater_than_max_sample_age"' in stored.discarded()
        assert "loki_discarded_samples_total" in stored.discarded()
        failed = "otelcol_exporter_send_failed_log_records"
        rows = [row for row in self_metrics(stored.collector) if row.startswith(failed)]
        assert sum(float(row.rsplit(" ", 1)[1]) for row in rows) == 1

    eventually(counted)


def self_metrics(collector: Collector) -> list[str]:
    port = collector.ports.collector_metrics
    return requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text.splitlines()


def test_loki_takes_what_the_collector_leaves() -> None:
    limits = yaml.safe_load((files.root() / "loki" / "loki.yaml").read_text())["limits_config"]
    assert limits["max_line_size"] == "1MB"
    assert limits["max_structured_metadata_size"] == "256KB"
    assert events.LONGEST_BODY < 256 * 1024, "Loki's default: a store of the user's own has it"
    assert events.LONGEST_ATTRIBUTES < 64 * 1024, "likewise"


def test_logs_of_a_trace_read_as_text() -> None:
    file = files.root() / "grafana" / "provisioning" / "datasources" / "spansight.yaml"
    sources = {source["uid"]: source for source in yaml.safe_load(file.read_text())["datasources"]}
    assert sources["tempo"]["jsonData"]["tracesToLogsV2"]["query"].endswith(logql.AS_TEXT)
    assert "$" not in logql.AS_TEXT
