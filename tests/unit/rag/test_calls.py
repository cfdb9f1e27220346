"""Who counts: a step around a call, or the call itself."""

import time

import pytest
from opentelemetry import trace

import spansight
from spansight import rag
from spansight.conventions import attributes
from support.recording import Recorded

USAGE = {"gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"}


def instrumented_call(operation: str = "chat") -> None:
    """Do what every instrumentor does: say the operation when the span starts."""
    tracer = trace.get_tracer("vendor")
    with tracer.start_as_current_span(
        f"{operation} m", attributes={"gen_ai.operation.name": operation}
    ) as span:
        span.set_attributes({"gen_ai.usage.input_tokens": 7, "gen_ai.usage.output_tokens": 3})


def counted(recorded: Recorded) -> list[str]:
    """Return the spans that the Collector takes tokens from."""
    return [
        span.name
        for span in recorded.spans
        if (span.attributes or {}).get("gen_ai.operation.name") in attributes.INFERENCE_OPERATIONS
    ]


def test_an_instrumented_call_inside_is_the_one_that_counts(recorded: Recorded) -> None:
    with rag.generation(model="m", provider="openai") as generation:
        instrumented_call()
        generation.usage(input_tokens=7, output_tokens=3)
    assert counted(recorded) == ["chat m"]
    assert not USAGE & recorded.attributes("llm_generation").keys()


def test_it_may_be_deep_inside(recorded: Recorded) -> None:
    with rag.embedding(provider="openai"), spansight.stage("framework"):
        instrumented_call("embeddings")
    assert counted(recorded) == ["embeddings m"]


def test_a_call_beside_the_step_is_not_inside(recorded: Recorded) -> None:
    instrumented_call()
    with rag.generation(provider="ollama"):
        pass
    assert counted(recorded) == ["chat m", "llm_generation"]


def test_a_step_around_any_other_client_is_the_call(recorded: Recorded) -> None:
    with rag.generation(model="llama", provider="ollama", temperature=0.5) as generation:
        generation.usage(
            input_tokens=100,
            output_tokens=20,
            cache_read_tokens=60,
            cache_write_tokens=10,
            reasoning_tokens=5,
            response_model="llama:8b",
        )
    assert recorded.attributes("llm_generation") == {
        "spansight.stage": "llm_generation",
        "spansight.team": "core",
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "ollama",
        "gen_ai.request.model": "llama",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.response.model": "llama:8b",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 60,
        "gen_ai.usage.cache_write.input_tokens": 10,
        "gen_ai.usage.reasoning.output_tokens": 5,
    }


def test_usage_alone_makes_an_embedding_a_call(recorded: Recorded) -> None:
    with rag.embedding(model="bge-m3") as embedding:
        embedding.usage(input_tokens=12)
    said = recorded.attributes("embedding")
    assert said["gen_ai.operation.name"] == "embeddings"
    assert said["gen_ai.usage.input_tokens"] == 12
    assert "gen_ai.usage.output_tokens" not in said


def test_a_step_that_was_told_nothing_is_no_call(recorded: Recorded) -> None:
    """Its answer may have come from a cache."""
    with rag.generation(model="m") as generation:
        generation.first_token()
    assert counted(recorded) == []


def test_of_two_steps_the_inner_one_counts(recorded: Recorded) -> None:
    with rag.generation(model="m", provider="p"), rag.generation(model="m", provider="p"):
        pass
    assert counted(recorded) == ["llm_generation"]
    inner, outer = recorded.spans
    assert inner.parent is not None
    assert "gen_ai.operation.name" in (inner.attributes or {})
    assert "gen_ai.operation.name" not in (outer.attributes or {})


def test_a_failed_call_counts_as_failed(recorded: Recorded) -> None:
    with pytest.raises(TimeoutError), rag.generation(model="m", provider="ollama"):
        raise TimeoutError
    assert counted(recorded) == ["llm_generation"]
    assert recorded.attributes("llm_generation")["error.type"] == "TimeoutError"


def test_the_first_token_of_a_stream_is_timed_once(recorded: Recorded) -> None:
    began = time.perf_counter()
    with rag.generation(model="m", provider="ollama") as generation:
        generation.first_token()
        first = time.perf_counter() - began
        generation.first_token()
    said = recorded.attributes("llm_generation")
    assert said["gen_ai.request.stream"] is True
    assert 0 < said["gen_ai.response.time_to_first_chunk"] <= first


def test_each_call_of_a_decorated_function_is_one(recorded: Recorded) -> None:
    @rag.generation(model="m", provider="ollama")
    def generate(inner: bool) -> str:  # noqa: FBT001 - a switch of this test
        if inner:
            instrumented_call()
        return "text"

    generate(inner=True)
    generate(inner=False)
    assert counted(recorded) == ["chat m", "llm_generation"]


@pytest.mark.parametrize(
    ("response", "tokens"),
    [
        ({"usage": {"prompt_tokens": 5, "completion_tokens": 2}}, (5, 2)),
        ({"usage": {"input_tokens": 5, "output_tokens": 2}}, (5, 2)),
        ({"prompt_eval_count": 5, "eval_count": 2}, (5, 2)),
        ({"text": "no usage"}, (None, None)),
    ],
)
def test_usage_is_read_from_a_response(
    recorded: Recorded, response: object, tokens: tuple[int | None, int | None]
) -> None:
    @rag.generation(model="m", provider="ollama")
    def returns() -> object:
        return response

    with rag.generation(model="m") as generation:
        generation.response(response)
    assert returns() is response
    for span in recorded.spans:
        said = span.attributes or {}
        assert said["gen_ai.operation.name"] == "chat"
        assert tuple(said.get(f"gen_ai.usage.{one}_tokens") for one in ("input", "output")) == (
            tokens
        )


def test_a_step_inside_a_call_is_no_second_one(recorded: Recorded) -> None:
    tracer = trace.get_tracer("framework")
    with (
        tracer.start_as_current_span("chat", attributes={"gen_ai.operation.name": "chat"}),
        rag.generation(provider="ollama"),
    ):
        pass
    assert counted(recorded) == ["chat"]
