"""The decorator around an instrumented client and around one that is not: one call, either way."""

from collections.abc import Iterator

import pytest

from spansight.conventions import attributes
from spansight.demo.provider import Provider
from support.otlp_sink import Sink, Span
from support.processes import Finished, environment, python, run

FUNCTIONS = ("coroutine", "function", "stream", "generator", "async generator", "error")
ANSWERED = FUNCTIONS[:-1]


@pytest.fixture(scope="module", params=["official", "openllmetry", "none"])
def ran(request: pytest.FixtureRequest, provider: Provider) -> Iterator[tuple[Sink, Finished]]:
    chosen = (
        {"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "openai"}
        if request.param == "none"
        else {"SPANSIGHT_INSTRUMENTOR": request.param}
    )
    with Sink() as sink:
        done = run(
            python("decorated.py"),
            environment(
                PROVIDER=provider.root,
                OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
                SPANSIGHT_ENABLED="true",
                SPANSIGHT_USER_KEY="0123456789abcdef",
                **chosen,
            ),
        )
        yield sink, done


def below(sink: Sink, stage: str) -> list[Span]:
    (root,) = [span for span in sink.spans if span.name == stage and not span.parent_id]
    return [span for span in sink.spans if span.trace_id == root.trace_id and span is not root]


def test_the_application_runs_as_it_would_without_us(
    ran: tuple[Sink, Finished], provider: Provider
) -> None:
    _, done = ran
    bare = run(python("decorated.py"), environment(PROVIDER=provider.root))
    assert (done.code, done.output, done.errors) == (0, bare.output, "")
    assert bare.output.splitlines()[-1] == "error: RateLimitError"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_exactly_one_span_is_the_call(ran: tuple[Sink, Finished], function: str) -> None:
    sink, _ = ran
    calls = [span for span in below(sink, function) if attributes.OPERATION_NAME in span.attributes]
    (call,) = calls
    assert call.attributes[attributes.OPERATION_NAME] == "chat"
    assert call.attributes[attributes.REQUEST_MODEL] == "gpt-4o"
    assert call.attributes[attributes.FEATURE] == "rag"


@pytest.mark.parametrize("function", ANSWERED)
def test_tokens_are_told_where_they_are_known_and_only_once(
    ran: tuple[Sink, Finished], function: str, request: pytest.FixtureRequest
) -> None:
    sink, _ = ran
    counts = [
        (
            span.attributes[attributes.INPUT_TOKENS],
            span.attributes.get(attributes.OUTPUT_TOKENS),
        )
        for span in below(sink, function)
        if attributes.INPUT_TOKENS in span.attributes
    ]
    # It yields bare text: without an instrumentor, nobody sees the usage that its chunks bring.
    # The other generator reads from a decorated stream, which does.
    unseen = "none" in request.node.name and function == "async generator"
    assert counts == ([] if unseen else [(1, 9)])


def test_the_error_is_told_with_its_type(ran: tuple[Sink, Finished]) -> None:
    sink, _ = ran
    for span in below(sink, "error"):
        assert span.status == "ERROR"
        assert span.attributes[attributes.ERROR_TYPE].endswith("RateLimitError")


def test_the_user_of_a_call_does_not_leave(ran: tuple[Sink, Finished]) -> None:
    sink, _ = ran
    assert "kim@" not in sink.text
    assert "gen_ai.user" not in sink.text
