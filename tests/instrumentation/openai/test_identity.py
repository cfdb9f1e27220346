"""Neither the application nor its provider can tell that calls are traced."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from instrumentation.openai.conftest import Matrix


def test_the_matrix_is_whole(bare: "Matrix") -> None:
    apis = {case.split(", ")[0] for case in bare.said}
    ways = {case.split(", ")[1] for case in bare.said}
    whole, streamed = 7 * 2 + 1, 12 * 2 + 1  # ways, in both modes; cancellation in one
    assert (len(apis), len(ways)) == (30, 21)
    assert len(bare.said) == 13 * (whole + streamed) + 6 * whole + 2 * streamed + 43
    assert (bare.done.code, bare.done.errors) == (0, "")


def test_the_application_sees_the_same_with_either_instrumentor(
    bare: "Matrix", either: "Matrix"
) -> None:
    told = {case: (said, either.said.get(case)) for case, said in bare.said.items()}
    assert {case: both for case, both in told.items() if both[0] != both[1]} == {}
    assert (either.done.code, either.done.errors) == (0, "")


def test_the_provider_is_asked_the_same(bare: "Matrix", either: "Matrix") -> None:
    assert either.calls == bare.calls


def test_every_call_is_one_span(either: "Matrix") -> None:
    counts = {case: len(either.calls_of(case)) for case in either.said}
    assert {case: count for case, count in counts.items() if count != 1} == {}
    assert len(either.spans) == 2 * len(counts)
