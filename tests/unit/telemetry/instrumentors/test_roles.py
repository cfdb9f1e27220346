# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false, reportUnknownMemberType=false
"""Roles of messages as the conventions name them, however an application has them."""

import enum
from typing import Any

import pytest
from opentelemetry.instrumentation.genai.openai import utils

from spansight.telemetry.instrumentors.repairs import roles
from spansight.telemetry.instrumentors.repairs.patches import Patches


class Role(str, enum.Enum):  # noqa: UP042 - as many have them, and other than StrEnum as text
    """Roles, as smolagents has them."""

    USER = "user"
    ASSISTANT = "assistant"


def prepared(*messages: dict[str, Any]) -> list[str]:
    return [message.role for message in utils._prepare_input_messages(list(messages))]


@pytest.mark.parametrize(
    ("user", "assistant"), [("user", "assistant"), (Role.USER, Role.ASSISTANT)]
)
def test_a_role_is_told_by_its_name(user: str, assistant: str) -> None:
    asked = {"role": user, "content": "Why?"}
    patches = Patches()
    roles.apply(patches, {})
    try:
        assert prepared(asked, {"role": assistant, "content": "Because."}) == ["user", "assistant"]
    finally:
        patches.undo()
    assert asked["role"] is user
    assert prepared(asked) == [str(user)]
