"""What the border lets through."""

import pytest

from spansight.telemetry.guard import Guard, errors


def test_an_error_ends_with_the_block_and_is_counted() -> None:
    guard = Guard("test site")
    for _ in range(2):
        with guard:
            raise ValueError("ours")
    assert isinstance(guard.error, ValueError)
    assert errors()["test site"] == 2


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_is_the_applications_passes(kind: type[BaseException]) -> None:
    with pytest.raises(kind), Guard("another site"):
        raise kind
    assert "another site" not in errors()
