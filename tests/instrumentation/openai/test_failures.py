"""What is told of a call that fails: what was asked, and why there is no answer."""

from typing import TYPE_CHECKING, Final

import pytest

from spansight.conventions import attributes, events

if TYPE_CHECKING:
    from instrumentation.openai.conftest import Matrix

WHOLE: Final = {
    "refused": "openai.RateLimitError",
    "failing": "openai.InternalServerError",
    "timeout": "openai.APITimeoutError",
    "cut": "openai.APIConnectionError",
    "garbled": "json.decoder.JSONDecodeError",
    "cancelled": "asyncio.exceptions.CancelledError",
}
STREAMED: Final = {
    "stream refused": "openai.RateLimitError",
    "stream timeout": "openai.APITimeoutError",
    "stream cut": "openai.APIConnectionError",
    "stream unfinished": "unfinished_stream",
    "stream garbled": "json.decoder.JSONDecodeError",
    "stream cancelled": "asyncio.exceptions.CancelledError",
}
READ_LATER: Final = {
    "chat raw",
    "chat opened",
    "chat by the line",
    "responses raw",
    "responses opened",
    "embeddings raw",
    "embeddings opened",
}
"""APIs that hand a response out before anyone has looked at it."""
INCOMPLETE: Final = {
    "chat without a model": "chat",
    "embeddings without an input": "embeddings text-embedding-3-small",
    "completions without a prompt": "text_completion gpt-3.5-turbo-instruct",
}
"""APIs that are called wrongly, and the name of the span."""
UNANSWERED: Final = ("gen_ai.response.", "gen_ai.usage.", "spansight.")


def failures(matrix: "Matrix", ways: dict[str, str]) -> dict[str, str]:
    """Return the cases of some ways and the error each has to tell."""
    return {case: ways[way] for case in matrix.said if (way := case.split(", ")[1]) in ways}


@pytest.mark.parametrize("ways", [WHOLE, STREAMED], ids=["whole", "streamed"])
def test_a_failed_call_is_an_error_of_its_kind(either: "Matrix", ways: dict[str, str]) -> None:
    wrong: dict[str, object] = {}
    for case, error in failures(either, ways).items():
        api, way, _ = case.split(", ")
        if way == "garbled" and api in READ_LATER:
            continue
        span = either.call(case)
        told = (span.status, span.attributes.get(attributes.ERROR_TYPE))
        if told != ("ERROR", error):
            wrong[case] = told
    assert wrong == {}


def test_a_response_that_was_handed_out_has_not_failed(either: "Matrix") -> None:
    for case in failures(either, {"garbled": ""}):
        if case.split(", ")[0] in READ_LATER:
            assert either.call(case).status == "UNSET", case


def test_a_failed_call_tells_what_was_asked_and_no_usage(either: "Matrix") -> None:
    for case in failures(either, WHOLE):
        api, _, mode = case.split(", ")
        failed, plain = either.call(case), either.call(f"{api}, plain, {mode}")
        asked = {k for k in plain.attributes if not k.startswith(UNANSWERED)}
        told = failed.attributes.keys() - {attributes.ERROR_TYPE}
        if api == "responses stored":
            told -= {attributes.RESPONSE_ID}
        if api in ("embeddings raw", "embeddings opened"):
            asked -= {attributes.EMBEDDINGS_DIMENSIONS}
        assert told == asked, case
        assert failed.name == plain.name


def test_a_broken_stream_tells_neither_usage_nor_an_end(either: "Matrix") -> None:
    for case in failures(either, STREAMED):
        told = either.call(case).attributes
        assert attributes.RESPONSE_FINISH_REASONS not in told, case
        assert not {attributes.INPUT_TOKENS, attributes.OUTPUT_TOKENS} & told.keys(), case


def test_a_failed_stream_is_told_to_be_one(either: "Matrix") -> None:
    for case in failures(either, STREAMED):
        if not case.startswith("responses stored"):  # asks for no stream of a model
            assert either.call(case).attributes[attributes.REQUEST_STREAM] is True, case


def test_a_call_that_lacks_an_argument_fails_before_anything_is_asked(either: "Matrix") -> None:
    wrong = [case for case in either.said if case.split(", ")[0] in INCOMPLETE]
    assert len(wrong) == 4 + 2 + 4
    for case in wrong:
        span = either.call(case)
        assert span.name == INCOMPLETE[case.split(", ")[0]]
        assert (span.status, span.attributes[attributes.ERROR_TYPE]) == ("ERROR", "TypeError")
    unnamed = [case for case in either.said if case.startswith("chat with an empty model")]
    assert len([call for call in either.calls if not call.model]) == len(unnamed)


@pytest.mark.parametrize("ways", [WHOLE, STREAMED], ids=["whole", "streamed"])
def test_the_exception_is_an_event_of_its_call(either: "Matrix", ways: dict[str, str]) -> None:
    told: dict[str, list[dict[str, object]]] = {}
    for event in either.events:
        if event.name == events.EXCEPTION:
            told.setdefault(event.span_id, []).append(event.attributes)
    for case, error in failures(either, ways).items():
        if case.split(", ")[1] == "garbled" and case.split(", ")[0] in READ_LATER:
            continue
        (event,) = told[either.call(case).span_id]
        assert event[attributes.EXCEPTION_TYPE] == error, case
        assert str(event[attributes.EXCEPTION_STACKTRACE]).startswith("Traceback") == (
            error != "unfinished_stream"
        ), case
