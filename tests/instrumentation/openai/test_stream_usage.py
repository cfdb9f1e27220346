"""Usage of streams that did not ask for it: asked for, and kept from the application."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import pytest

from spansight.conventions import attributes

if TYPE_CHECKING:
    from instrumentation.openai.conftest import Matrix, Run

ASKING: Final = ("chat, stream", "chat with tools, stream", "chat helper, stream", "completions, s")
LEFT_ALONE: Final = ("chat raw, stream read", "chat opened, stream read")


@pytest.fixture(scope="module", params=["official", "openllmetry"])
def asking(request: pytest.FixtureRequest, ran: "Run") -> "Matrix":
    return ran(
        *ASKING,
        *LEFT_ALONE,
        SPANSIGHT_ENABLED="true",
        SPANSIGHT_INSTRUMENTOR=request.param,
        SPANSIGHT_STREAM_USAGE="true",
    )


@pytest.fixture(scope="module")
def unasked(ran: "Run") -> Mapping[str, list[str]]:
    return ran(*ASKING, *LEFT_ALONE).said


def test_the_application_sees_no_chunk_it_did_not_ask_for(
    asking: "Matrix", unasked: Mapping[str, list[str]]
) -> None:
    told = {case: (said, asking.said.get(case)) for case, said in unasked.items()}
    assert {case: both for case, both in told.items() if both[0] != both[1]} == {}


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize(
    ("api", "tokens"),
    [
        ("chat", (3, 9)),
        ("chat with tools", (3, 4)),
        ("chat helper", (3, 9)),
        ("completions", (1, 9)),
    ],
)
def test_a_stream_that_is_read_tells_its_usage(
    asking: "Matrix", api: str, tokens: tuple[int, int], mode: str
) -> None:
    told = asking.call(f"{api}, stream read, {mode}").attributes
    assert (told[attributes.INPUT_TOKENS], told[attributes.OUTPUT_TOKENS]) == tokens


def test_raw_responses_and_streams_that_break_tell_none(asking: "Matrix") -> None:
    silent = {"chat raw", "chat opened"}
    for case in asking.said:
        api, way, _ = case.split(", ")
        if api in silent or way not in ("stream read", "stream retried", "stream marked"):
            assert attributes.INPUT_TOKENS not in asking.call(case).attributes, case


def test_a_stream_that_nobody_asks_tells_no_usage_rather_than_zero(either: "Matrix") -> None:
    told = either.call("chat, stream read, sync").attributes
    assert not {attributes.INPUT_TOKENS, attributes.OUTPUT_TOKENS} & told.keys()
