"""Every metric family, exactly: names, labels, buckets and values, worked out here by hand."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
import requests
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import AGGREGATION_TEMPORALITY_CUMULATIVE

from collector import otlp
from collector.exposition import Samples, counter, exemplars, histogram, samples, types
from collector.process import Collector, eventually, running
from spansight.conventions import environment, events, labels, metrics

pytestmark = pytest.mark.stack

SHOP: Final[otlp.Attributes] = {
    "service.name": "shop",
    "service.instance.id": "7",
    "deployment.environment.name": "prod",
    "team": "search",
    "process.pid": 7,
}
BARE: Final[otlp.Attributes] = {"service.name": "bare"}
CALL: Final[otlp.Attributes] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "spansight.feature": "help",
    "user.id": "u1",
    "gen_ai.conversation.id": "c1",
}
FULL: Final[otlp.Attributes] = {
    **CALL,
    "gen_ai.request.stream": True,
    "gen_ai.response.time_to_first_chunk": 0.5,
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 120,
    "gen_ai.usage.cache_read.input_tokens": 400,
    "gen_ai.usage.cache_write.input_tokens": 100,
    "gen_ai.usage.reasoning.output_tokens": 64,
    "spansight.experiment": "tone",
    "spansight.variant": "b",
}
SPANS: Final = (
    otlp.span("chat gpt-4o", FULL, seconds=2.0),
    otlp.span("chat gpt-4o", {**CALL, "error.type": "timeout"}, seconds=30.5, error="gave up"),
    otlp.span(
        "chat gpt-9",
        {
            **CALL,
            "gen_ai.request.model": "gpt-9",
            "gen_ai.usage.input_tokens": 30,
            "gen_ai.usage.output_tokens": 20,
            "spansight.team": "support",
        },
        seconds=4.0,
    ),
    otlp.span(
        "execute_tool sql",
        {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "sql"},
        seconds=0.3,
    ),
    otlp.span(
        "execute_tool sql",
        {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "sql"},
        seconds=3.0,
        error="no such table",
    ),
    # An agent repeats its children's sums: none of them counts again.
    otlp.span(
        "invoke_agent planner",
        {**FULL, "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "planner"},
        seconds=200.0,
    ),
    otlp.span("rag_retrieval", {"spansight.stage": "rag_retrieval"}, seconds=0.4),
    otlp.span("embedding", {"spansight.stage": "embedding"}, seconds=0.1),
    otlp.span(
        "vector_search",
        {
            "spansight.stage": "vector_search",
            "spansight.pipeline": "faq",
            "spansight.rag.retrieval.results": 5,
            "spansight.rag.retrieval.score.mean": 0.65,
        },
        seconds=0.2,
    ),
    otlp.span("retrieval docs", {"gen_ai.operation.name": "retrieval"}, seconds=0.25),
    otlp.span("reranking", {"spansight.stage": "reranking"}, seconds=0.05),
    otlp.span("intent_classification", {"spansight.stage": "intent_classification"}),
    otlp.span("user_query", {"spansight.stage": "user_query"}, seconds=3.0),
    otlp.span("user_query", {"spansight.stage": "user_query"}, seconds=9.0, error="no answer"),
    otlp.span(
        "invoke_workflow support",
        {"gen_ai.operation.name": "invoke_workflow", "spansight.pipeline": "faq"},
        seconds=2.5,
    ),
    otlp.span("GET /", {"http.route": "/", "model": "T", "tool": "T", "agent": "T", "stage": "T"}),
)
RECORDS: Final = (
    otlp.record(
        events.EVALUATION,
        {
            "gen_ai.evaluation.name": "faithfulness",
            "gen_ai.evaluation.score.value": 0.75,
            "spansight.evaluator": "heuristic",
            "spansight.pipeline": "faq",
            "spansight.experiment": "tone",
            "spansight.variant": "b",
        },
    ),
    otlp.record(events.EVALUATION, {"gen_ai.evaluation.name": "no score"}),
    otlp.record(events.FEEDBACK, {"spansight.rating": 4.0, "spansight.feature": "help"}, "fine"),
    otlp.record(events.FEEDBACK, {"spansight.thumb": "up", "spansight.feature": "help"}),
    otlp.record("app.started", {"spansight.rating": 1.0}),
    otlp.record(events.CONTENT, {}, "x" * (events.LONGEST_BODY + 1)),
)
TIMES: Final = 2
"""The same traffic in two requests: what was counted stays counted."""

OWNER: Final = {"service": "shop", "environment": "prod", "team": "search", "feature": "none"}
HELPED: Final = {**OWNER, "feature": "help"}
GPT_4O: Final = {**HELPED, "provider": "openai", "model": "gpt-4o", "operation": "chat"}
GPT_9: Final = {**GPT_4O, "model": "gpt-9", "team": "support"}
TIMED_OUT: Final = {**GPT_4O, "status": "error", "error_type": "timeout"}
FAQ: Final = {**OWNER, "pipeline": "faq"}
ARM: Final = {"experiment": "tone", "variant": "b"}
SCORED: Final = {**FAQ, **ARM, "evaluation": "faithfulness", "evaluator": "heuristic"}
TRIED: Final = {**HELPED, **ARM, "model": "gpt-4o"}


def steps(seconds: Mapping[str, list[float]]) -> Samples:
    found: Samples = {}
    for stage, values in seconds.items():
        said = {**OWNER, "pipeline": "shop", "stage": stage}
        found |= histogram(metrics.RETRIEVAL_LATENCY, said, values * TIMES)
    return found


EXPECTED: Final[Samples] = {
    **counter(metrics.REQUEST, {**GPT_4O, "status": "success"}, TIMES),
    **counter(metrics.REQUEST, {**GPT_9, "status": "success"}, TIMES),
    **counter(metrics.REQUEST, TIMED_OUT, TIMES),
    **histogram(metrics.LATENCY, {**GPT_4O, "status": "success"}, [2.0] * TIMES),
    **histogram(metrics.LATENCY, {**GPT_9, "status": "success"}, [4.0] * TIMES),
    **histogram(metrics.LATENCY, TIMED_OUT, [30.5] * TIMES),
    **histogram(metrics.TIME_TO_FIRST_TOKEN, GPT_4O, [0.5] * TIMES),
    **histogram(metrics.TOKENS_PER_SECOND, GPT_4O, [120 / 1.5] * TIMES),
    **histogram(metrics.TOKENS_PER_SECOND, GPT_9, [20 / 4.0] * TIMES),
    **counter(metrics.TOKENS, {**GPT_4O, "direction": "input"}, 1000 * TIMES),
    **counter(metrics.TOKENS, {**GPT_4O, "direction": "output"}, 120 * TIMES),
    **counter(metrics.TOKENS, {**GPT_9, "direction": "input"}, 30 * TIMES),
    **counter(metrics.TOKENS, {**GPT_9, "direction": "output"}, 20 * TIMES),
    **counter(metrics.CACHED_TOKENS, {**GPT_4O, "kind": "read"}, 400 * TIMES),
    **counter(metrics.CACHED_TOKENS, {**GPT_4O, "kind": "write"}, 100 * TIMES),
    **counter(metrics.REASONING_TOKENS, GPT_4O, 64 * TIMES),
    **counter(metrics.COST, {**GPT_4O, "component": "input"}, 500 * 2.5e-6 * TIMES),
    **counter(metrics.COST, {**GPT_4O, "component": "cache_read"}, 400 * 1.25e-6 * TIMES),
    **counter(metrics.COST, {**GPT_4O, "component": "cache_write"}, 100 * 2.5e-6 * TIMES),
    **counter(metrics.COST, {**GPT_4O, "component": "output"}, 120 * 10e-6 * TIMES),
    **counter(metrics.UNPRICED_REQUEST, {**GPT_9, "reason": "unknown_model"}, TIMES),
    **counter(metrics.UNPRICED_TOKENS, {**GPT_9, "reason": "unknown_model"}, 50 * TIMES),
    **histogram(metrics.TOOL_LATENCY, {**OWNER, "tool": "sql", "status": "success"}, [0.3] * TIMES),
    **histogram(metrics.TOOL_LATENCY, {**OWNER, "tool": "sql", "status": "error"}, [3.0] * TIMES),
    **histogram(
        metrics.AGENT_LATENCY, {**HELPED, "agent": "planner", "status": "success"}, [200.0] * TIMES
    ),
    **steps({"total": [0.4], "embed": [0.1], "search": [0.25], "rerank": [0.05]}),
    **histogram(metrics.RETRIEVAL_LATENCY, {**FAQ, "stage": "search"}, [0.2] * TIMES),
    **histogram(metrics.RETRIEVAL_RESULTS, {**FAQ, "stage": "search"}, [5] * TIMES),
    **histogram(metrics.RETRIEVAL_SCORE, {**FAQ, "stage": "search"}, [0.65] * TIMES),
    **histogram(
        metrics.ANSWER_LATENCY, {**OWNER, "pipeline": "shop", "status": "success"}, [3.0] * TIMES
    ),
    **histogram(
        metrics.ANSWER_LATENCY, {**OWNER, "pipeline": "shop", "status": "error"}, [9.0] * TIMES
    ),
    **histogram(metrics.ANSWER_LATENCY, {**FAQ, "status": "success"}, [2.5] * TIMES),
    **histogram(metrics.EXPERIMENT_LATENCY, {**TRIED, "status": "success"}, [2.0] * TIMES),
    **counter(metrics.EXPERIMENT_COST, TRIED, 3.2e-3 * TIMES),
    **histogram(metrics.EVALUATION_SCORE, SCORED, [0.75] * TIMES),
    **histogram(metrics.USER_RATING, HELPED, [4.0] * TIMES),
    **counter(metrics.USER_THUMBS, {**HELPED, "thumb": "up"}, TIMES),
    **counter(metrics.CONTENT_CUT, OWNER, TIMES),
}


def of(service: str, text: str) -> Samples:
    return {key: value for key, value in samples(text).items() if ("service", service) in key[1]}


def test_every_family_has_exactly_these_series_and_values(collector: Collector) -> None:
    for _ in range(TIMES):
        collector.send(otlp.traces(SPANS, SHOP), otlp.logs(RECORDS, SHOP))

    def arrived() -> Samples:
        found = of("shop", collector.exposition())
        assert found.keys() == EXPECTED.keys()
        assert sum(found.values()) == pytest.approx(sum(EXPECTED.values()))
        return found

    assert eventually(arrived) == {key: pytest.approx(value) for key, value in EXPECTED.items()}
    kinds = types(collector.exposition())
    assert {metric.prometheus: metric.kind for metric in metrics.ALL}.items() <= kinds.items()


def test_labels_have_values_when_nobody_said(collector: Collector) -> None:
    spans = [
        otlp.span("chat", {"gen_ai.operation.name": "chat", "spansight.team": ""}, error="?"),
        otlp.span(
            "chat",
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "m" * 300,
                "gen_ai.usage.cost": 0.5,
            },
        ),
    ]
    collector.send(otlp.traces(spans, BARE))
    nobody = {
        "service": "bare",
        "environment": labels.UNKNOWN,
        "team": labels.UNKNOWN,
        "feature": labels.NO_FEATURE,
        "operation": "chat",
    }
    unknown = {**nobody, "provider": "unknown", "model": "unknown"}
    long = {**nobody, "provider": "openai", "model": "m" * 128}
    expected = {
        **counter(metrics.REQUEST, {**unknown, "status": "error", "error_type": "_OTHER"}, 1),
        **counter(metrics.REQUEST, {**long, "status": "success"}, 1),
        **counter(metrics.COST, {**long, "component": "reported"}, 0.5),
    }

    def arrived() -> None:
        found = of("bare", collector.exposition())
        assert {key: found.get(key) for key in expected} == expected

    eventually(arrived)


def test_one_failure_has_one_name_whoever_reports_it(collector: Collector) -> None:
    call = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "busy"}
    names = ("openai.RateLimitError", "RateLimitError", "429", "java.net.SocketTimeoutException")
    spans = [otlp.span("chat", {**call, "error.type": name}, error="?") for name in names]
    collector.send(otlp.traces(spans, {"service.name": "failing"}))

    def arrived() -> None:
        found = of("failing", collector.exposition())
        counted = {
            dict(said)["error_type"]: value
            for (name, said), value in found.items()
            if name == metrics.REQUEST.prometheus
        }
        assert counted == {"RateLimitError": 2, "429": 1, "SocketTimeoutException": 1}

    eventually(arrived)


SENDERS, REQUESTS = 16, 400


def test_senders_at_the_same_time_lose_no_increment(collector: Collector) -> None:
    call = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "crowded",
        "gen_ai.usage.input_tokens": 7,
    }
    request = otlp.traces([otlp.span("chat crowded", call)], {"service.name": "crowd"})
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(collector.send, [request] * REQUESTS))

    def arrived() -> None:
        found = of("crowd", collector.exposition())
        tokens = [n for (name, _), n in found.items() if name == metrics.TOKENS.prometheus]
        calls = [n for (name, _), n in found.items() if name == metrics.REQUEST.prometheus]
        assert (tokens, calls) == ([7 * REQUESTS], [REQUESTS])

    eventually(arrived)


def test_a_latency_leads_to_a_trace(collector: Collector) -> None:
    def linked() -> None:
        collector.send(
            otlp.traces([otlp.span("chat gpt-4o", CALL, seconds=7.0)], {"service.name": "x"})
        )
        end = time.monotonic() + 1
        found: list[dict[str, str]] = []
        while not found and time.monotonic() < end:
            found = exemplars(collector.exposition(), metrics.LATENCY.bucket)
        assert found
        assert found[0]["trace_id"] == otlp.TRACE_ID.hex()
        assert len(found[0]["span_id"]) == 16

    eventually(linked)


def measure(collector: Collector, *names: str) -> None:
    """Send counters that an application keeps itself."""
    request = ExportMetricsServiceRequest()
    target = request.resource_metrics.add()
    target.resource.attributes.extend(otlp.pairs({**BARE, "service.name": "measured"}))
    scope = target.scope_metrics.add()
    for name in names:
        metric = scope.metrics.add(name=name, unit="{error}")
        metric.sum.is_monotonic = True
        metric.sum.aggregation_temporality = AGGREGATION_TEMPORALITY_CUMULATIVE
        point = metric.sum.data_points.add(as_int=3, time_unix_nano=time.time_ns())
        point.attributes.extend(otlp.pairs({"user.id": "u1", "site": "content"}))
    assert collector.post("metrics", request.SerializeToString()).status_code == 200


def test_of_what_applications_measure_a_list_says_what_is_taken(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(environment.METRICS.name, "http[.]server.*|queue[.]depth")
        with running(tmp_path) as one:
            measure(one, "jvm.gc", "queue.depth.x", "http.server.requests", "queue.depth")
            measure(one, "spansight.self.errors")

            def taken() -> set[str]:
                found = of("measured", one.exposition())
                assert "spansight_self_errors_total" in {name for name, _ in found}
                return {name for name, _ in found}

            assert eventually(taken) == {
                "spansight_self_errors_total",
                "http_server_requests_total",
                "queue_depth_total",
            }


def test_what_applications_measure_passes_without_naming_people(collector: Collector) -> None:
    measure(collector, "spansight.self.errors")

    def arrived() -> Samples:
        found = of("measured", collector.exposition())
        assert found
        return found

    ((name, said), value) = eventually(arrived).popitem()
    assert (name, value) == ("spansight_self_errors_total", 3.0)
    assert dict(said) == {
        "job": "measured",
        "service": "measured",
        "environment": "unknown",
        "site": "content",
    }


def test_the_collector_measures_itself(collector: Collector) -> None:
    answer = requests.get(
        f"http://127.0.0.1:{collector.ports.collector_metrics}/metrics", timeout=10
    )
    for name in ("otelcol_exporter_queue_size", "otelcol_exporter_queue_capacity"):
        assert f"{name}{{" in answer.text
