"""What the helpers for RAG and agents tell, as the metrics that a real Collector derives."""

from collections.abc import Callable
from typing import Final

import pytest
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

import spansight
from collector.exposition import Samples, counter, histogram, samples
from collector.process import Collector, eventually
from spansight import rag
from spansight.conventions import metrics
from spansight.settings import Settings
from spansight.telemetry.records.labelling import LabelledEvents, LabelledSpans

pytestmark = pytest.mark.stack

Found = Callable[[], Samples]

SERVICE: Final = "librarian"
OWNER: Final = {
    "service": SERVICE,
    "environment": "unknown",
    "team": "search",
    "feature": "answers",
}
DOCS: Final = {**OWNER, "pipeline": "docs"}
OLLAMA: Final = {**OWNER, "provider": "ollama", "model": "llama3.2", "operation": "chat"}
HITS: Final = [("a", 0.9), ("x", 0.5), ("b", 0.1)]


def use() -> None:
    """Answer one question, with an agent whose tool fails once, on a client of one's own."""
    with spansight.context(feature="answers", team="search", pipeline="docs"):
        with rag.retrieval() as retrieval:
            with rag.embedding(model="bge-m3", provider="ollama") as embedding:
                embedding.usage(input_tokens=8)
            with rag.search(data_source="help-centre", top_k=3) as search:
                search.results(HITS)
                search.relevant(["a", "b", "c", "d"], k=3)
            with rag.rerank(top_n=1) as reranking:
                reranking.results([("a", 0.7)])
            retrieval.results([])
        with rag.agent("planner"):
            with rag.tool("sql") as tool:
                tool.failed("timeout")
            with rag.tool("sql"):
                pass
            with rag.generation(model="llama3.2", provider="ollama") as generation:
                generation.usage(input_tokens=100, output_tokens=20)
        rag.RAGObserver(nli_check=lambda _, __: True).observe_generation("q", "Yes.", ["Yes."])


@pytest.fixture(scope="module")
def found(collector: Collector) -> Found:
    """Send the telemetry of one use; return what reads the service's metrics."""
    settings = Settings()
    resource = Resource({"service.name": SERVICE})
    url = f"http://127.0.0.1:{collector.ports.otlp_http}/v1"
    traces = TracerProvider(resource=resource, shutdown_on_exit=False)
    logs = LoggerProvider(resource=resource, shutdown_on_exit=False)
    traces.add_span_processor(LabelledSpans(settings))
    traces.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(endpoint=f"{url}/traces")))
    logs.add_log_record_processor(LabelledEvents(settings))
    logs.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter(endpoint=f"{url}/logs")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trace, "_TRACER_PROVIDER", traces)
        patch.setattr("opentelemetry._logs._internal._LOGGER_PROVIDER", logs)
        use()
        traces.shutdown()
        logs.shutdown()
    return lambda: {
        key: value
        for key, value in samples(collector.exposition()).items()
        if ("service", SERVICE) in key[1]
    }


def holds(found: Found, expected: Samples) -> None:
    """Wait until these samples are there with these values."""

    def arrived() -> None:
        there = found()
        assert {key: there.get(key) for key in expected} == pytest.approx(expected)

    eventually(arrived)


def has_counts(found: Found, name: str, *expected: dict[str, str]) -> None:
    """Wait until a histogram of durations has exactly these series, of one observation each."""

    def arrived() -> None:
        there = {key: value for key, value in found().items() if key[0] == f"{name}_count"}
        assert there == {(f"{name}_count", frozenset(said.items())): 1.0 for said in expected}

    eventually(arrived)


def test_each_step_of_a_retrieval_has_its_latency(found: Found) -> None:
    name = metrics.RETRIEVAL_LATENCY.prometheus
    stages = ("embed", "search", "rerank", "total")
    has_counts(found, name, *({**DOCS, "stage": stage} for stage in stages))


def test_tools_and_agents_have_their_latency_by_name_and_outcome(found: Found) -> None:
    tool = {**OWNER, "tool": "sql"}
    outcomes = ({**tool, "status": "error"}, {**tool, "status": "success"})
    has_counts(found, metrics.TOOL_LATENCY.prometheus, *outcomes)
    agent = {**OWNER, "agent": "planner", "status": "success"}
    has_counts(found, metrics.AGENT_LATENCY.prometheus, agent)


def test_results_and_their_scores_are_kept_apart_by_step(found: Found) -> None:
    of = {stage: {**DOCS, "stage": stage} for stage in ("search", "rerank", "total")}
    results, scores = metrics.RETRIEVAL_RESULTS, metrics.RETRIEVAL_SCORE
    holds(
        found,
        {
            **histogram(results, of["search"], [3]),
            **histogram(results, of["rerank"], [1]),
            **histogram(results, of["total"], [0]),
            **histogram(scores, of["search"], [0.5]),
            **histogram(scores, of["rerank"], [0.7]),
        },
    )
    nothing = (scores.count, frozenset({*of["total"].items()}))
    assert nothing not in found()


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("recall_at_3", 2 / 4),
        ("precision_at_3", 2 / 3),
        ("hit_rate_at_3", 1),
        ("reciprocal_rank", 1),
        ("average_precision", (1 + 2 / 3) / 4),
    ],
)
def test_scores_against_ground_truth_are_evaluations(found: Found, name: str, score: float) -> None:
    said = {**DOCS, "evaluation": name, "evaluator": "heuristic"}
    holds(found, histogram(metrics.EVALUATION_SCORE, said, [score]))


def test_the_observer_s_faithfulness_is_an_evaluation(found: Found) -> None:
    said = {**DOCS, "evaluation": "faithfulness", "evaluator": "nli"}
    holds(found, histogram(metrics.EVALUATION_SCORE, said, [1]))


def test_a_step_that_is_the_call_counts_as_one(found: Found) -> None:
    embedded = {**OLLAMA, "model": "bge-m3", "operation": "embeddings"}
    holds(
        found,
        {
            **counter(metrics.REQUEST, {**OLLAMA, "status": "success"}, 1),
            **counter(metrics.REQUEST, {**embedded, "status": "success"}, 1),
            **counter(metrics.TOKENS, {**OLLAMA, "direction": "input"}, 100),
            **counter(metrics.TOKENS, {**OLLAMA, "direction": "output"}, 20),
            **counter(metrics.TOKENS, {**embedded, "direction": "input"}, 8),
        },
    )
