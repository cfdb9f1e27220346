"""What was acknowledged arrives, though the store was down and the Collector was killed."""

from pathlib import Path

import pytest

from collector import otlp
from collector.process import Collector, process, store
from spansight.stack.ports import Ports

pytestmark = pytest.mark.stack

RESOURCE: otlp.Attributes = {"service.name": "durable"}
CALL: otlp.Attributes = {"gen_ai.operation.name": "chat", "mail": "kim@example.com"}


def test_nothing_acknowledged_is_lost_and_what_waits_is_masked(tmp_path: Path) -> None:
    spans = [otlp.span(f"chat {number}", CALL) for number in range(50)]
    records = [otlp.record("note", {}, f"note {number}") for number in range(50)]
    port = Ports.free().tempo_otlp
    url = f"http://127.0.0.1:{port}"
    with process(tmp_path, url) as (ports, started, log), store() as unused:
        collector = Collector(ports, unused, log)
        for span, record in zip(spans, records, strict=True):
            collector.send(otlp.traces([span], RESOURCE), otlp.logs([record], RESOURCE))
        started.kill()
        started.wait(timeout=10)
    waiting = b"".join(file.read_bytes() for file in (tmp_path / "queue").iterdir())
    assert b"[EMAIL]" in waiting
    assert b"kim@example.com" not in waiting
    with store(port) as behind, process(tmp_path, url) as (ports, _, log):
        collector = Collector(ports, behind, log)
        arrived = collector.spans("durable", len(spans))
        assert {span.name for span in arrived} == {span.name for span in spans}
        assert len(collector.records("durable", len(records))) == len(records)
