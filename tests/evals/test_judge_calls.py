"""What leaves a real process in which a judge is asked."""

import sys
from pathlib import Path

from spansight.conventions import attributes, events
from spansight.demo.provider import Provider
from spansight.evals.judge.rubrics import RELEVANCE
from support.otlp_sink import Sink
from support.processes import environment, run

PROGRAM = Path(__file__).parent / "programs" / "judged.py"
KEY = "sk-of-the-judge-alone"
OTHER = "sk-of-the-application"


def test_the_judge_s_calls_are_the_feature_evaluation_and_its_key_stays_a_secret() -> None:
    """So its tokens and its cost stand on the cost board, apart from the application's."""
    with Provider(lambda _: '{"reason": "right", "grade": 5}') as provider, Sink() as sink:
        environ = environment(
            OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
            SPANSIGHT_ENABLED="true",
            SPANSIGHT_FEATURE="shop",
            SPANSIGHT_CAPTURE_CONTENT="true",
            SPANSIGHT_JUDGE_MODEL="gpt-4o-mini",
            SPANSIGHT_JUDGE_URL=provider.url(),
            SPANSIGHT_JUDGE_KEY=KEY,
            OPENAI_API_KEY=OTHER,
            REFUSED=provider.url("wrong_key"),
        )
        done = run([sys.executable, PROGRAM], environ)
        assert done.code == 0, done.errors
        asked, refused = sorted(sink.spans, key=lambda span: "error.type" in span.attributes)
        scored = [event for event in sink.events if event.name == events.EVALUATION]
    (used,) = [call for call in provider.calls if call.status == 200]
    assert asked.attributes[attributes.FEATURE] == "evaluation"
    assert asked.attributes[attributes.INPUT_TOKENS] == used.input_tokens
    assert asked.attributes[attributes.OUTPUT_TOKENS] == used.output_tokens
    assert asked.attributes[attributes.PROMPT_NAME] == RELEVANCE.name
    assert asked.attributes[attributes.PROMPT_VERSION] == RELEVANCE.version
    assert refused.attributes[attributes.FEATURE] == "evaluation"
    told = {event.attributes[attributes.EVALUATION_NAME]: event for event in scored}
    assert told["relevance"].attributes[attributes.EVALUATION_SCORE] == 1.0
    assert told["refused"].attributes[attributes.ERROR_TYPE] == "RejectedError"
    assert {event.attributes[attributes.PROMPT_HASH] for event in scored} == {RELEVANCE.hash}
    for secret in (KEY, OTHER):
        assert secret not in done.output + done.errors
        assert secret not in repr((sink.spans, sink.events))
