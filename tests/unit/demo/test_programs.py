"""What the demo's provider says, and with which environment the demo's programs run."""

from pathlib import Path

import pytest

from spansight.demo.programs import STAGE_FUNCTIONS, programs, reply
from spansight.demo.provider import Provider
from spansight.demo.wire import Request

CONTEXT = "Answer briefly from this context only.\nA ride costs 1,000 won.\nHelmets are advised."


def asked(question: str, system: str = CONTEXT) -> Request:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
    body = {"messages": [message for message in messages if message["content"]]}
    return Request("ok", "chat", "gpt-4o", stream=False, body=body)


def test_the_best_passage_is_the_answer() -> None:
    assert reply(asked("How much is a ride?")) == "A ride costs 1,000 won."


@pytest.mark.parametrize("question", ["Which insurance is included?", "유실물은 어디에서 찾나요?"])
def test_some_answers_leave_their_sources(question: str) -> None:
    assert "opening times" in reply(asked(question))


def test_an_intent_is_one_word() -> None:
    assert reply(asked("Answer with one word of price, rule. Question: how much?", "")) == "price"


def test_without_a_context_there_is_still_an_answer() -> None:
    assert "refunded" in reply(asked("Summarise the refund rules.", ""))


def test_what_the_user_has_set_for_another_application_stays_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    with Provider(reply) as provider:
        for program in programs(tmp_path, provider, otlp="http://127.0.0.1:4318", seconds=30):
            names = {name for name in program.environment if name.startswith("OTEL_")}
            assert names == {
                "OTEL_SERVICE_NAME",
                "OTEL_RESOURCE_ATTRIBUTES",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
            }
            assert program.environment["SPANSIGHT_ENABLED"] == "true"
            stages = program.environment["SPANSIGHT_STAGES"].split(",")
            assert len(stages) == len(STAGE_FUNCTIONS)
