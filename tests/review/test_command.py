"""The command: its address lets in, what is judged leaves as events, and it ends when told."""

import json
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest
import requests

from support.otlp_sink import Sink
from support.processes import environment, run, running
from support.reviewing import SPAN_ID, TRACE_ID

CASE = {
    "id": "refund",
    "question": "How long?",
    "answer": "7 days.",
    "trace_id": TRACE_ID,
    "span_id": SPAN_ID,
}


def command(*words: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "spansight.cli", "review", *words]


@contextmanager
def review(folder: Path, sink: Sink) -> Generator[tuple[Popen[str], str]]:
    """Start a review of one case; yield its process and its address."""
    cases = folder / "cases.jsonl"
    cases.write_text(json.dumps(CASE) + "\n")
    words = command(cases, "--file", folder / "judgements.jsonl")
    with running(words, environment(OTEL_EXPORTER_OTLP_ENDPOINT=sink.url)) as process:
        assert process.stdout
        yield process, process.stdout.readline().split()[-1]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_what_was_judged_has_left_when_it_ends(tmp_path: Path, stop: signal.Signals) -> None:
    with Sink() as sink:
        with review(tmp_path, sink) as (process, url), requests.Session() as browser:
            base = url.partition("/?")[0]
            browser.trust_env = False
            browser.get(url, timeout=10)
            ours = {"origin": base}
            browser.post(f"{base}/name", {"name": "kim"}, headers=ours, timeout=10)
            browser.post(f"{base}/expert/1", {"score": "2"}, headers=ours, timeout=10)
            assert sink.events == []
            process.send_signal(stop)
            process.communicate(timeout=30)
            assert process.returncode == (0 if stop is signal.SIGINT else -stop)
        (event,) = sink.events
    assert (event.trace_id, event.span_id) == (TRACE_ID, SPAN_ID)
    assert event.attributes["gen_ai.evaluation.score.value"] == 0.25
    kinds = [
        json.loads(line)["kind"]
        for line in (tmp_path / "judgements.jsonl").read_text().splitlines()
    ]
    assert kinds == ["judgement", "told"]


def test_nothing_to_review_is_a_usage_error_and_leaves_no_file(tmp_path: Path) -> None:
    file = tmp_path / "judgements.jsonl"
    done = run(command("--file", file), environment())
    assert (done.code, done.output) == (2, "")
    assert done.errors == (
        "spansight: nothing to review; name a file of cases, or say --sample 100\n"
    )
    assert not file.exists()


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with Sink() as sink:
        cases = tmp_path / "cases.jsonl"
        cases.write_text(json.dumps(CASE) + "\n")
        port = sink.url.rpartition(":")[2]
        words = command(cases, "--file", tmp_path / "j.jsonl", "--port", port)
        done = run(words, environment())
    assert done.code == 2
    assert f"port {port}: " in done.errors
    assert "name another with --port" in done.errors
