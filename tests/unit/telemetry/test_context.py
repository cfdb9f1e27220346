"""Whose call it is."""

import asyncio

import pytest
from opentelemetry import baggage, trace
from opentelemetry.context import attach, detach

import spansight
from support.recording import Recorded


def span(name: str) -> None:
    trace.get_tracer("test").start_span(name).end()


def test_labels_reach_every_span_of_the_block_and_none_after(recorded: Recorded) -> None:
    with spansight.context(feature="search", pipeline="docs"):
        span("inside")
    span("outside")
    assert recorded.attributes("inside") == {
        "spansight.team": "core",
        "spansight.feature": "search",
        "spansight.pipeline": "docs",
    }
    assert recorded.attributes("outside") == {"spansight.team": "core"}


def test_the_inner_block_wins_and_the_outer_returns(recorded: Recorded) -> None:
    with spansight.context(feature="outer", team="a"):
        with spansight.context(feature="inner"):
            span("inner")
        span("outer")
    assert recorded.attributes("inner") == {"spansight.team": "a", "spansight.feature": "inner"}
    assert recorded.attributes("outer") == {"spansight.team": "a", "spansight.feature": "outer"}


def test_what_the_author_of_a_span_wrote_is_kept(recorded: Recorded) -> None:
    with spansight.context(team="a"):
        trace.get_tracer("test").start_span("own", attributes={"spansight.team": "b"}).end()
    assert recorded.attributes("own") == {"spansight.team": "b"}


def test_it_decorates_functions(recorded: Recorded) -> None:
    @spansight.context(feature="plain")
    def plain(value: int) -> int:
        span("plain")
        return value

    assert plain(3) == 3
    assert recorded.attributes("plain")["spansight.feature"] == "plain"


def test_concurrent_coroutines_do_not_mix(recorded: Recorded) -> None:
    async def request(name: str) -> None:
        @spansight.context(feature=name)
        async def handle() -> None:
            await asyncio.sleep(0)
            span(name)

        await handle()

    async def both() -> None:
        await asyncio.gather(request("one"), request("two"))

    asyncio.run(both())
    for name in ("one", "two"):
        assert recorded.attributes(name)["spansight.feature"] == name


def test_an_error_passes_and_the_block_ends(recorded: Recorded) -> None:
    with pytest.raises(KeyError, match="theirs"), spansight.context(feature="x"):
        raise KeyError("theirs")
    span("after")
    assert "spansight.feature" not in recorded.attributes("after")


def test_only_known_keys_are_taken_from_upstream_and_cut(recorded: Recorded) -> None:
    upstream = baggage.set_baggage("session", "secret")
    upstream = baggage.set_baggage("spansight.team", "t" * 1000, upstream)
    token = attach(upstream)
    span("called")
    detach(token)
    assert recorded.attributes("called") == {"spansight.team": "t" * 128}
