"""Why an answer ended, in the words that LangChain keeps of the Responses API."""

from types import SimpleNamespace
from typing import Any

import pytest

from spansight.telemetry.instrumentors.repairs.langchain import reason

CALL: dict[str, Any] = {"name": "weather", "args": {}, "id": "call_1"}


@pytest.mark.parametrize(
    ("said", "calls", "why"),
    [
        ({"status": "completed"}, [], "stop"),
        ({"status": "completed"}, [CALL], "tool_call"),
        (
            {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
            [],
            "length",
        ),
        (
            {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
            [],
            "content_filter",
        ),
        ({"status": "incomplete", "incomplete_details": None}, [], "incomplete"),
        ({"status": "in_progress"}, [], None),
        ({}, [], None),
    ],
)
def test_a_status_is_a_reason(said: dict[str, Any], calls: list[Any], why: str | None) -> None:
    message = SimpleNamespace(response_metadata={"object": "response", **said}, tool_calls=calls)
    assert reason(message) == why


def test_other_answers_tell_their_reason_themselves() -> None:
    message = SimpleNamespace(response_metadata={"finish_reason": "length"}, tool_calls=[])
    assert reason(message) is None
