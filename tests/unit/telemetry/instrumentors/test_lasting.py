"""What can be read once, kept to be read twice."""

from typing import Any

import pytest

from spansight.telemetry.instrumentors.repairs.lasting import lasting

READ_ONCE: list[tuple[object, object]] = [
    (iter([1]), [1]),
    ([{"content": iter([{"text": "a"}])}], [{"content": [{"text": "a"}]}]),
    (({"tool_calls": iter(["a"])},), [{"tool_calls": ["a"]}]),
]


@pytest.mark.parametrize(("asked", "kept"), READ_ONCE)
def test_it_becomes_a_list_wherever_it_is(asked: object, kept: object) -> None:
    assert lasting(asked) == kept


@pytest.mark.parametrize("asked", ["text", None, 7, [{"role": "user", "content": "text"}], ({},)])
def test_anything_else_is_itself(asked: object) -> None:
    assert lasting(asked) is asked


def test_the_applications_own_messages_are_not_changed() -> None:
    parts = iter([{"text": "a"}])
    message = {"role": "user", "content": parts}
    lasting([message])
    assert message["content"] is parts


def test_what_holds_itself_is_left_to_the_client() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert lasting(endless) is endless
