"""What a run of a golden set leaves behind: traces of its answers, and scores that join them."""

import json
import subprocess
import sys
from pathlib import Path

from spansight.conventions import attributes, events
from spansight.demo.provider import Provider
from support.otlp_sink import Sink
from support.processes import environment


def test_answers_have_traces_that_their_scores_join_and_all_of_it_is_evaluation(
    sink: Sink, tmp_path: Path
) -> None:
    rows = [{"question": f"question {number}"} for number in range(3)]
    (tmp_path / "golden.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    words = ["--model", "gpt-4o-mini", "--evaluator", "judge=relevance", "--out", "run.jsonl"]
    with Provider() as provider:
        done = subprocess.run(
            [sys.executable, "-m", "spansight.cli", "eval", "run", "golden.jsonl", *words],
            env=environment(
                SPANSIGHT_ENABLED="true",
                SPANSIGHT_JUDGE_MODEL="gpt-4o",
                OPENAI_BASE_URL=provider.url(),
                OPENAI_API_KEY="unused",
                OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
            ),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.stderr == "", done.stdout
    calls = [span for span in sink.spans if span.name.startswith("chat ")]
    assert {call.attributes[attributes.FEATURE] for call in calls} == {"evaluation"}
    asked = [call for call in calls if call.name == "chat gpt-4o-mini"]
    judged = [call for call in calls if call.name == "chat gpt-4o"]
    assert (len(asked), len(judged)) == (3, len(provider.calls) - 3)
    # What the judge spends is counted as what everybody spends.
    assert all(call.attributes[attributes.INPUT_TOKENS] > 0 for call in judged)
    scores = [event for event in sink.events if event.name == events.EVALUATION]
    assert {score.trace_id for score in scores} == {call.trace_id for call in asked}
    assert {score.attributes[attributes.EVALUATOR] for score in scores} == {"judge"}
