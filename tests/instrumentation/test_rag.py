"""The steps of RAG and agents around a real client, in real processes, by either instrumentor."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from spansight.conventions import attributes, events
from spansight.demo.provider import Provider
from support.otlp_sink import Sink, Span
from support.processes import Finished, environment, python, run

TREE = """\
rag_retrieval
  embedding
    embeddings text-embedding-3-small
  reranking
    retrieval help-centre
llm_generation
  chat gpt-4o
invoke_agent clerk
  llm_generation
    chat gpt-4o
  execute_tool refund
"""
CALLS = 3
"""Requests that the program sends to the provider."""

Ran = tuple[Sink, Finished]


def ran(provider: Provider, **settings: str) -> Iterator[Ran]:
    with Sink() as sink:
        environ = environment(
            PROVIDER=provider.root,
            OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
            SPANSIGHT_ENABLED="true",
            **settings,
        )
        yield sink, run(python("assistant.py"), environ)


@pytest.fixture(scope="module", params=["official", "openllmetry"])
def either(provider: Provider, request: pytest.FixtureRequest) -> Iterator[Ran]:
    yield from ran(provider, SPANSIGHT_INSTRUMENTOR=request.param, SPANSIGHT_CAPTURE_CONTENT="true")


@pytest.fixture(scope="module")
def closed(provider: Provider) -> Iterator[Ran]:
    yield from ran(provider)


def outline(spans: Sequence[Span], parent: str = "", indent: str = "") -> str:
    return "".join(
        f"{indent}{_name(span)}\n{outline(spans, span.span_id, indent + '  ')}"
        for span in spans
        if span.parent_id == parent
    )


def _name(span: Span) -> str:
    """Name a call as the Collector does: OpenLLMetry has names of its own."""
    model = span.attributes.get(attributes.REQUEST_MODEL)
    return f"{span.attributes[attributes.OPERATION_NAME]} {model}" if _counts(span) else span.name


def _counts(span: Span) -> bool:
    return span.attributes.get(attributes.OPERATION_NAME) in attributes.INFERENCE_OPERATIONS


def content(sink: Sink) -> dict[str, dict[str, Any]]:
    """Return the content of each span that has an event of it, by the span's name."""
    names = {span.span_id: span.name for span in sink.spans}
    return {
        names[event.span_id]: {
            key: value for key, value in event.attributes.items() if key in attributes.CONTENT
        }
        for event in sink.events
        if event.name == events.CONTENT
    }


def test_the_program_runs_as_it_would_without_us(either: Ran, provider: Provider) -> None:
    bare = run(python("assistant.py"), environment(PROVIDER=provider.root))
    assert (either[1].code, either[1].output, either[1].errors) == (0, bare.output, "")
    assert bare.output.splitlines()[1] == "refunded kim@example.com"


def test_steps_and_calls_are_one_tree(either: Ran) -> None:
    spans = sorted(either[0].spans, key=lambda span: span.started)
    assert outline(spans) == TREE


def test_every_token_is_counted_once(either: Ran) -> None:
    spans = either[0].spans
    told = [span for span in spans if attributes.INPUT_TOKENS in span.attributes]
    assert len(told) == CALLS
    assert [_counts(span) for span in told] == [True] * CALLS
    assert sum(map(_counts, spans)) == CALLS


def test_an_agent_knows_how_often_it_asked_a_model(either: Ran) -> None:
    (agent,) = [span for span in either[0].spans if span.name == "invoke_agent clerk"]
    assert agent.attributes[attributes.AGENT_ITERATIONS] == 1
    assert agent.attributes[attributes.AGENT_TOOL_CALLS] == 1


def test_what_people_wrote_is_masked_and_on_events_alone(either: Ran) -> None:
    sink, _ = either
    told = content(sink)
    query = {attributes.RETRIEVAL_QUERY_TEXT: "환불 [EMAIL]"}
    best = {"id": "refunds", "score": 0.75, "content": "환불은 [EMAIL]"}
    assert told["rag_retrieval"] == query | {attributes.RETRIEVAL_DOCUMENTS: [best]}
    assert told["reranking"] == {attributes.RETRIEVAL_DOCUMENTS: [best]}
    first, second = told["retrieval help-centre"].pop(attributes.RETRIEVAL_DOCUMENTS)
    assert told["retrieval help-centre"] == query
    assert first == best
    assert second["content"].endswith("… [cut from 250000 characters]")
    assert told["execute_tool refund"] == {
        attributes.TOOL_CALL_ARGUMENTS: {"account": "[EMAIL]"},
        attributes.TOOL_CALL_RESULT: "refunded [EMAIL]",
    }
    assert "kim@example.com" not in sink.text
    assert not [span for span in sink.spans if span.attributes.keys() & {*attributes.CONTENT}]


def test_without_leave_nothing_that_people_wrote_goes_out(closed: Ran) -> None:
    sink, done = closed
    assert done.errors == ""
    for said in ("환불", "kim@", "[EMAIL]", "refunded"):
        assert said not in sink.text
    assert {event.name for event in sink.events} == {events.EVALUATION}
    (retrieval,) = [span for span in sink.spans if span.name == "rag_retrieval"]
    assert {event.span_id for event in sink.events} == {retrieval.span_id}
