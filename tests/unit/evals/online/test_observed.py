"""What is read of a finished call, in whatever shape its messages were gathered."""

import json

import pytest
from opentelemetry.util.genai.types import (  # pyright: ignore[reportMissingTypeStubs] - it ships none
    InputMessage,
    MessagePart,
    OutputMessage,
    TextPart,
    ToolCallRequestPart,
)

from spansight.conventions import attributes
from spansight.evals.online.observed import answer, numbered, question

ASKED = [
    {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]},
    {"role": "user", "parts": [{"type": "text", "content": "Hello?"}]},
    {"role": "assistant", "parts": [{"type": "text", "content": "Hi."}]},
    {
        "role": "user",
        "parts": [{"type": "text", "content": "How "}, {"type": "text", "content": "long?"}],
    },
]


@pytest.mark.parametrize(
    "messages", [ASKED, json.dumps(ASKED), tuple(ASKED)], ids=["dicts", "text", "tuple"]
)
def test_the_question_is_what_the_user_said_last(messages: object) -> None:
    assert question(messages) == "How long?"


def test_upstream_s_own_messages_are_read_as_they_are() -> None:
    asked = InputMessage(role="user", parts=[TextPart("How long?")])
    said = OutputMessage(role="assistant", parts=[TextPart("7 days.")], finish_reason="stop")
    assert (question([asked]), answer([said])) == ("How long?", "7 days.")


def test_an_answer_that_only_calls_a_tool_is_none_and_one_without_words_is_empty() -> None:
    tool: MessagePart = ToolCallRequestPart({}, "find", "1")
    calling = OutputMessage("assistant", [tool], "tool_calls")
    silent = OutputMessage("assistant", [], "stop")
    assert (answer([calling]), answer([silent]), answer([]), answer(None)) == (None, "", None, None)


@pytest.mark.parametrize(
    "messages",
    [None, 5, "no json", "{}", [], [None], [{"role": "user"}], [{"role": "user", "parts": 3}]],
)
def test_what_is_no_message_says_nothing(messages: object) -> None:
    assert not question(messages)
    assert not answer(messages)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (
            "Context:\n[1] Refunds take 7 days.\n[2]: Passes cost 15,000 won.\n\nHow long?",
            ("Refunds take 7 days.", "Passes cost 15,000 won."),
        ),
        ("See [1] and [2].", None),
        ("[2] second only", None),
        ("no numbers", None),
    ],
)
def test_passages_that_a_prompt_numbers_are_the_contexts(prompt: str, expected: object) -> None:
    content = {
        attributes.INPUT_MESSAGES: [
            {"role": "user", "parts": [{"type": "text", "content": prompt}]}
        ]
    }
    assert numbered(content) == expected
