"""The online sampler against a server that answers as Loki does: each answer is judged once."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from spansight.conventions import attributes
from spansight.evals import Case
from spansight.stores.loki import Loki
from spansight.worker.jobs import Stop, Turn
from spansight.worker.online import Online
from support.listening import Listening
from support.recording import Recorded

NS = 1_000_000_000
QUESTION = [{"role": "user", "parts": [{"type": "text", "content": "How long?"}]}]


class Lines(Listening):
    """Serves lines by their time, the oldest first, as many as are asked for."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str, dict[str, str]]] = []
        server = _Server(("127.0.0.1", 0), _Handler)
        server.kept = self
        super().__init__(server)

    def add(self, number: int, at_ns: int, **labels: str) -> None:
        """Keep an answer."""
        body = {"input": QUESTION, "output": [{"role": "assistant", "parts": _text(number)}]}
        ids = {"trace_id": f"{number:032x}", "span_id": f"{number:016x}"}
        usual = {"service_name": "shop", "spansight_feature": "search"}
        self.lines.append((at_ns, json.dumps(body), {**usual, **ids, **labels}))

    def between(self, start_ns: int, end_ns: int, limit: int) -> list[dict[str, Any]]:
        """Return streams, each of one line."""
        found = sorted(line for line in self.lines if start_ns <= line[0] < end_ns)
        return [
            {"stream": labels, "values": [[str(at), body]]} for at, body, labels in found[:limit]
        ]


class _Server(ThreadingHTTPServer):
    kept: Lines


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - ours alone serves it

    def do_GET(self) -> None:
        asked = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        streams: list[dict[str, Any]] = []
        if "documents" not in asked["query"]:
            times = int(asked["start"]), int(asked["end"])
            streams = self.server.kept.between(*times, int(asked["limit"]))
        body = json.dumps({"data": {"result": streams}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name upstream
        """Stay quiet."""


@dataclass
class Noted:
    """Remembers what it was asked."""

    answers: list[str] = field(default_factory=list[str])

    def evaluate(self, case: Case) -> bool:
        self.answers.append(str(case.answer))
        return True


@pytest.fixture
def loki() -> Iterator[Lines]:
    with Lines() as server:
        yield server


def _text(number: int) -> list[dict[str, str]]:
    return [{"type": "text", "content": f"answer {number}"}]


def run(work: Online, position: Mapping[str, Any], stop: Stop | None = None) -> dict[str, Any]:
    """Run it once, and return where the next run begins."""
    kept: list[Mapping[str, Any]] = [position]
    work.do(Turn(datetime.now(UTC), position, stop or Stop(), kept.append))
    return json.loads(json.dumps(kept[-1]))


def test_every_answer_is_judged_once_however_many_share_a_moment(
    loki: Lines, recorded: Recorded
) -> None:
    moment = time.time_ns() - 300 * NS
    for number in range(2600):
        loki.add(number, moment + number // 300)
    noted = Noted()
    work = Online(loki=Loki(loki.url), evaluators={"noted": noted}, most=10_000)
    position = run(work, {})
    assert sorted(noted.answers) == sorted(f"answer {number}" for number in range(2600))
    run(work, position)
    assert len(noted.answers) == 2600
    assert len(recorded.events) == 2600


def test_what_comes_late_is_still_seen(loki: Lines) -> None:
    now = time.time_ns()
    loki.add(1, now - 100 * NS)
    noted = Noted()
    work = Online(loki=Loki(loki.url), evaluators={"noted": noted})
    position = run(work, {})
    loki.add(2, now - 110 * NS)
    position = run(work, position)
    run(work, position)
    assert noted.answers == ["answer 1", "answer 2"]


def test_what_is_too_young_waits(loki: Lines) -> None:
    loki.add(1, time.time_ns() - 5 * NS)
    noted = Noted()
    run(Online(loki=Loki(loki.url), evaluators={"noted": noted}, delay_s=60), {})
    assert noted.answers == []


def test_a_run_takes_so_many_and_the_next_one_goes_on(loki: Lines) -> None:
    moment = time.time_ns() - 300 * NS
    for number in range(120):
        loki.add(number, moment + number * NS)
    noted = Noted()
    work = Online(loki=Loki(loki.url), evaluators={"noted": noted}, most=50)
    position: dict[str, Any] = {}
    seen: list[int] = []
    for _ in range(4):
        position = run(work, position)
        seen.append(len(noted.answers))
    assert seen == [50, 100, 120, 120]
    assert noted.answers == [f"answer {number}" for number in range(120)]


def test_a_worker_that_stops_puts_down_how_far_it_came(loki: Lines) -> None:
    moment = time.time_ns() - 300 * NS
    for number in range(120):
        loki.add(number, moment + number * NS)
    noted, stop = Noted(), Stop()
    stop.set()
    work = Online(loki=Loki(loki.url), evaluators={"noted": noted})
    position = run(work, {}, stop)
    assert 0 < len(noted.answers) < 120
    run(work, position)
    assert noted.answers == [f"answer {number}" for number in range(120)]


def test_a_share_is_of_whole_traces(loki: Lines) -> None:
    moment = time.time_ns() - 300 * NS
    for number in range(800):
        loki.add(number, moment + number, trace_id=f"{number // 2 * 2**64 // 400:032x}")
    noted = Noted()
    run(Online(loki=Loki(loki.url), evaluators={"noted": noted}, share=0.25), {})
    judged = {int(answer.removeprefix("answer ")) for answer in noted.answers}
    traces = {number // 2 for number in judged}
    assert judged == {number for trace in traces for number in (2 * trace, 2 * trace + 1)}
    assert 75 <= len(traces) <= 125


def test_a_score_says_whose_answer_it_is_of(loki: Lines, recorded: Recorded) -> None:
    loki.add(7, time.time_ns() - 60 * NS, spansight_team="mobility", spansight_pipeline="rag")
    run(Online(loki=Loki(loki.url), evaluators={"noted": Noted()}), {})
    (event,) = recorded.events
    assert (event.trace_id, event.span_id) == (7, 7)
    said = dict(event.attributes)
    assert said[attributes.FEATURE] == "search"
    assert said[attributes.TEAM] == "mobility"
    assert said[attributes.PIPELINE] == "rag"
