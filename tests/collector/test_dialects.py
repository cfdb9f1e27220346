"""Every dialect comes out in one shape: the current GenAI conventions and ours."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from collector import otlp
from collector.process import Collector
from spansight.conventions import attributes
from support.processes import environment, run

pytestmark = pytest.mark.stack

PROGRAM: Final = Path(__file__).with_name("instrumented.py")
SECRET: Final = "the words of a user"

CURRENT: Final[otlp.Attributes] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 100,
    "gen_ai.usage.cache_read.input_tokens": 400,
    "gen_ai.usage.cache_write.input_tokens": 8,
    "gen_ai.usage.reasoning.output_tokens": 64,
}
DIALECTS: Final[Mapping[str, otlp.Attributes]] = {
    "current": {**CURRENT, "gen_ai.input.messages": SECRET},
    "earlier": {
        "gen_ai.operation.name": "chat",
        "gen_ai.system": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.prompt_tokens": 1000,
        "gen_ai.usage.completion_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 400,
        "gen_ai.usage.cache_creation.input_tokens": 8,
        "gen_ai.usage.reasoning.output_tokens": 64,
        "gen_ai.prompt": SECRET,
        "gen_ai.completion": SECRET,
    },
    "openllmetry": {
        "llm.request.type": "chat",
        "gen_ai.system": "OpenAI",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 100,
        "llm.usage.total_tokens": 1100,
        "gen_ai.usage.cache_read_input_tokens": 400,
        "gen_ai.usage.cache_creation_input_tokens": 8,
        "gen_ai.usage.reasoning_tokens": 64,
        "gen_ai.is_streaming": False,
        "gen_ai.headers": "{'Authorization': 'Bearer 123'}",
        "gen_ai.prompt.0.content": SECRET,
        "gen_ai.completion.0.content": SECRET,
        "traceloop.entity.input": SECRET,
    },
    "openinference": {
        "openinference.span.kind": "LLM",
        "llm.system": "openai",
        "llm.model_name": "gpt-4o",
        "llm.token_count.prompt": 1000,
        "llm.token_count.completion": 100,
        "llm.token_count.total": 1100,
        "llm.token_count.prompt_details.cache_read": 400,
        "llm.token_count.prompt_details.cache_write": 8,
        "llm.token_count.completion_details.reasoning": 64,
        "llm.input_messages.0.message.content": SECRET,
        "input.value": SECRET,
        "output.value": SECRET,
    },
}


def shape(span: Span) -> dict[str, object]:
    return otlp.plain(span.attributes)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_call_has_one_shape(collector: Collector, dialect: str) -> None:
    collector.send(otlp.traces([otlp.span("x", DIALECTS[dialect])], {"service.name": dialect}))
    (span,) = collector.spans(dialect, 1)
    found = shape(span)
    assert {key: found.get(key) for key in CURRENT} == dict(CURRENT)
    assert found[attributes.COST_USD] == pytest.approx(
        (592 * 2.5 + 400 * 1.25 + 8 * 2.5 + 100 * 10) / 1e6, rel=1e-9
    )
    assert found[attributes.TOKENS_PER_SECOND] == pytest.approx(100)
    assert found[attributes.PIPELINE] == dialect
    assert SECRET not in str(found)
    foreign = {key for key in DIALECTS[dialect] if key not in CURRENT}
    left = {"llm.request.type", "openinference.span.kind"}
    assert not (set(found) & foreign) - left


def test_hand_written_names_are_understood(collector: Collector) -> None:
    said: otlp.Attributes = {
        "llm.model": "gpt-4o",
        "llm.provider": "OpenAI",
        "llm.input_tokens": 1000,
        "llm.output_tokens": 100,
        "llm.total_tokens": 1100,
        "llm.cost_usd": 0.5,
        "llm.ttft_ms": 250.0,
        "llm.tps": 12.5,
        "llm.feature": "search",
    }
    collector.send(otlp.traces([otlp.span("llm.ask", said)], {"service.name": "by-hand"}))
    (span,) = collector.spans("by-hand", 1)
    assert shape(span) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 100,
        "gen_ai.response.time_to_first_chunk": 0.25,
        "spansight.tokens_per_second": 12.5,
        "spansight.feature": "search",
        "spansight.pipeline": "by-hand",
        "spansight.cost.usd": 0.5,
        "spansight.cost.status": "reported",
    }


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"openinference.span.kind": "TOOL", "tool.name": "search"}, ("execute_tool", "search")),
        (
            {"traceloop.span.kind": "tool", "traceloop.entity.name": "search"},
            ("execute_tool", "search"),
        ),
        (
            {"openinference.span.kind": "AGENT", "agent.name": "planner"},
            ("invoke_agent", "planner"),
        ),
        (
            {"traceloop.span.kind": "agent", "traceloop.entity.name": "planner"},
            ("invoke_agent", "planner"),
        ),
        ({"openinference.span.kind": "RETRIEVER"}, ("retrieval", None)),
    ],
)
def test_tools_agents_and_retrieval_are_recognised(
    collector: Collector, said: otlp.Attributes, wanted: tuple[str, str | None]
) -> None:
    service = f"kind-{'-'.join(map(str, said.values()))}"
    collector.send(otlp.traces([otlp.span("x", said)], {"service.name": service}))
    (span,) = collector.spans(service, 1)
    found = shape(span)
    named = found.get(attributes.TOOL_NAME, found.get(attributes.AGENT_NAME))
    assert (found[attributes.OPERATION_NAME], named) == wanted


@pytest.mark.parametrize("kind", ["CHAIN", "EVALUATOR", "GUARDRAIL", "PROMPT", "RERANKER"])
def test_kinds_that_call_no_model_are_no_operation(collector: Collector, kind: str) -> None:
    said: otlp.Attributes = {
        "openinference.span.kind": kind,
        "llm.token_count.prompt": 7,
        "reranker.top_k": 3,
        "input.value": SECRET,
    }
    collector.send(otlp.traces([otlp.span("x", said)], {"service.name": kind}))
    (span,) = collector.spans(kind, 1)
    found = shape(span)
    assert attributes.OPERATION_NAME not in found
    assert found.get(attributes.STAGE) == ("reranking" if kind == "RERANKER" else None)
    assert found[attributes.RAG_RERANK_TOP_N] == 3
    assert found[attributes.CONTENT_REMOVED] == 1
    assert SECRET not in str(found)


def test_a_call_inside_another_is_not_counted_whoever_sent_it(collector: Collector) -> None:
    said: otlp.Attributes = {**CURRENT, attributes.NESTED: True}
    collector.send(otlp.traces([otlp.span("chat gpt-4o", said)], {"service.name": "twice"}))
    (span,) = collector.spans("twice", 1)
    assert attributes.OPERATION_NAME not in shape(span)
    assert attributes.COST_USD not in shape(span)
    assert shape(span)[attributes.NESTED] is True


def test_results_of_a_search_are_counted(collector: Collector) -> None:
    documents = {
        f"retrieval.documents.{number}.document.{field}": SECRET
        for number in range(12)
        for field in ("content", "id", "metadata")
    }
    said: otlp.Attributes = {"openinference.span.kind": "RETRIEVER", **documents}
    collector.send(otlp.traces([otlp.span("x", said)], {"service.name": "found"}))
    (span,) = collector.spans("found", 1)
    assert shape(span)[attributes.RAG_RESULTS] == 12
    assert shape(span)[attributes.CONTENT_REMOVED] == 36


RAW: Final[Mapping[str, tuple[str, otlp.Attributes]]] = {
    "unknown emitter, as the part exceeds the whole": ("x", {}),
    "OpenLIT, always": ("openlit.instrumentation.anthropic", {}),
    "Vercel before 6": ("ai", {"ai.operationId": "ai.generateText.doGenerate"}),
}


@pytest.mark.parametrize("emitter", RAW)
def test_tokens_beside_the_input_are_added_once(collector: Collector, emitter: str) -> None:
    scope, more = RAW[emitter]
    said: otlp.Attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "ai.model.provider": "anthropic.messages",
        "gen_ai.request.model": "claude-sonnet-4-5",
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 5,
        "gen_ai.usage.cache_read.input_tokens": 30,
        "gen_ai.usage.cache_write.input_tokens": 2,
        **more,
    }
    collector.send(otlp.traces([otlp.span("x", said)], {"service.name": emitter}, scope))
    (span,) = collector.spans(emitter, 1)
    assert shape(span)[attributes.INPUT_TOKENS] == 42


def test_a_price_of_0_that_means_unknown_is_not_reported(collector: Collector) -> None:
    said: otlp.Attributes = {**CURRENT, "gen_ai.usage.cost": 0}
    request = otlp.traces(
        [otlp.span("x", said)], {"service.name": "openlit"}, "openlit.instrumentation.openai"
    )
    collector.send(request)
    (span,) = collector.spans("openlit", 1)
    assert shape(span)[attributes.COST_STATUS] == "priced"


def test_names_of_prompts_are_no_prompts(collector: Collector) -> None:
    named: otlp.Attributes = {"gen_ai.prompt.name": "greeting", "gen_ai.prompt.version": "3"}
    said: otlp.Attributes = {**CURRENT, "gen_ai.system": "openai", **named}
    collector.send(otlp.traces([otlp.span("x", said)], {"service.name": "named"}))
    (span,) = collector.spans("named", 1)
    assert named.items() <= shape(span).items()


def test_the_first_chunk_is_read_from_events_unless_it_was_dropped(collector: Collector) -> None:
    chunks: list[tuple[str, float, otlp.Attributes]] = [
        ("gen_ai.content.completion.chunk", after, {}) for after in (0.25, 0.5, 0.75)
    ]
    spans = [
        otlp.span("a", CURRENT, events=chunks, ok=True),
        otlp.span("b", CURRENT, events=chunks, dropped_events=3),
        otlp.span("c", CURRENT, events=[("gen_ai.content.prompt", 0, {"gen_ai.prompt": SECRET})]),
    ]
    collector.send(
        otlp.traces(spans, {"service.name": "chunks"}, "opentelemetry.instrumentation.x")
    )
    whole, cut, old = collector.spans("chunks", 3)
    assert shape(whole)[attributes.TIME_TO_FIRST_CHUNK] == pytest.approx(0.25)
    assert shape(whole)[attributes.TOKENS_PER_SECOND] == pytest.approx(100 / 0.75)
    assert attributes.TIME_TO_FIRST_CHUNK not in shape(cut)
    assert not [*whole.events, *cut.events, *old.events]
    assert whole.status.code == 0


def test_spans_of_others_pass_untouched(collector: Collector) -> None:
    said = {
        "http.route": "/ask",
        "model": "T",
        "service": "x",
        "tags": ["a", "b"],
        "n": 3,
        "f": 0.5,
    }
    collector.send(otlp.traces([otlp.span("GET /ask", said)], {"service.name": "web"}))
    (span,) = collector.spans("web", 1)
    assert shape(span) == said
    assert span.name == "GET /ask"


def _calls(module: str, collector: Collector, service: str) -> None:
    endpoint = f"http://127.0.0.1:{collector.ports.otlp_http}/v1/traces"
    done = run([sys.executable, PROGRAM, module, endpoint, service, SECRET], environment())
    assert done.code == 0, done.errors


def test_the_real_instrumentors_agree(collector: Collector) -> None:
    _calls("opentelemetry.instrumentation.genai.openai", collector, "official")
    _calls("opentelemetry.instrumentation.openai", collector, "openllmetry-real")
    same = (
        attributes.OPERATION_NAME,
        attributes.PROVIDER_NAME,
        attributes.REQUEST_MODEL,
        attributes.REQUEST_STREAM,
        attributes.INPUT_TOKENS,
        attributes.OUTPUT_TOKENS,
        attributes.COST_STATUS,
        attributes.COST_USD,
        "server.address",
    )
    shapes = [
        [
            (span.name, span.status.code, {key: shape(span).get(key) for key in same})
            for span in collector.spans(service, 4)
        ]
        for service in ("official", "openllmetry-real")
    ]
    assert shapes[0] == shapes[1]
    for service in ("official", "openllmetry-real"):
        spans = collector.spans(service, 4)
        assert [attributes.TIME_TO_FIRST_CHUNK in shape(span) for span in spans] == [0, 1, 0, 0]
        assert SECRET not in str([shape(span) for span in spans])
