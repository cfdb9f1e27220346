"""What the variables change, end to end."""

import pytest

from spansight.conventions import attributes, events
from spansight.demo.provider import Provider
from support.otlp_sink import Sink
from support.processes import environment, python, run


def settings(provider: Provider, sink: Sink, **values: str) -> dict[str, str]:
    return environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        SPANSIGHT_ENABLED="true",
        **values,
    )


@pytest.mark.parametrize("instrumentor", ["official", "openllmetry"])
def test_content_stays_in_the_process_unless_asked_for(
    provider: Provider, sink: Sink, instrumentor: str
) -> None:
    environ = settings(provider, sink, SPANSIGHT_INSTRUMENTOR=instrumentor)
    run(python("calls.py", "ok", "stream", "tool call", "embeddings", "responses"), environ)
    assert len(sink.spans) == 10
    assert not sink.events
    for said in ("write to", "quick brown fox", "two words", "query"):
        assert said not in sink.text


def test_masking_can_be_left_to_the_collector(provider: Provider, sink: Sink) -> None:
    environ = settings(provider, sink, SPANSIGHT_MASK="false", SPANSIGHT_CAPTURE_CONTENT="true")
    run(python("calls.py", "ok"), environ)
    (event,) = sink.events
    assert event.name == events.CONTENT
    assert "kim@example.com" in str(event.attributes[attributes.INPUT_MESSAGES])


def test_stages_are_traced_without_a_change_to_the_application(
    provider: Provider, sink: Sink
) -> None:
    stages = "shop:answer=llm_generation,shop:search=vector_search,shop:missing=reranking"
    done = run(python("stages.py"), settings(provider, sink, SPANSIGHT_STAGES=stages))
    assert (done.code, done.output) == (0, "2 hits\n")
    assert done.errors == (
        "spansight: SPANSIGHT_STAGES: 'shop:missing=reranking': expected a function of 'shop'; "
        "not traced\n"
    )
    by_name = {span.name: span for span in sink.spans}
    generation, search = by_name["llm_generation"], by_name["vector_search"]
    assert by_name["chat gpt-4o"].parent_id == generation.span_id
    assert search.attributes == {
        attributes.STAGE: "vector_search",
        attributes.OPERATION_NAME: "retrieval",
        attributes.RETRIEVAL_TOP_K: 2,
        attributes.RAG_RESULTS: 2,
        attributes.RAG_SCORE_MEAN: 0.75,
        attributes.RAG_SCORE_MAX: 1.0,
        attributes.RAG_SCORE_MIN: 0.5,
    }


def test_switching_off_leaves_the_library_as_it_was(provider: Provider, sink: Sink) -> None:
    done = run(python("off.py"), settings(provider, sink))
    assert (done.code, done.errors) == (0, "")
    assert done.output.splitlines() == ["1 of 1", "on again"]
    assert len(sink.spans) == 2
