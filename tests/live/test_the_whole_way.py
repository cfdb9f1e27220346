"""A call's whole way on the real servers: from an unmodified application to every store."""

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from dirty_equals import IsFloat

from spansight.cli.doctor import diagnose, exit_code
from spansight.conventions import attributes, events, metrics
from spansight.demo.provider import Call
from spansight.live import panels
from spansight.live.findings import eventually
from spansight.stack import files
from spansight.stack.native import NativeStack
from spansight.stack.ports import Ports
from spansight.stores.loki import Loki
from spansight.stores.prometheus import Prometheus
from spansight.stores.tempo import Span, Tempo
from support.traffic import Traffic

pytestmark = pytest.mark.stack

USD_PER_MILLION = {"gpt-4o": (2.5, 1.25, 10.0), "gpt-4o-mini": (0.15, 0.075, 0.6)}
"""Input, cached input and output, from the provider's public price list."""

ANSWERED = 200
APPLICATIONS = f'{{service!="{attributes.SYNTHETIC_SERVICE}"}}'
"""Not the doctor's own calls: these tests run in any order."""
QUESTIONS = files.root() / "examples" / "rag" / "questions.json"

TREE = """\
user_query
  intent_classification
    chat gpt-4o-mini
  rag_retrieval
    embedding
      embeddings text-embedding-3-small
    vector_search
    reranking
  llm_generation
    chat gpt-4o
  post_processing
"""


def test_one_question_is_the_trace_tree_of_the_guide(
    tempo: Tempo, trace_of: Callable[[str], str]
) -> None:
    spans = tempo.trace(trace_of('{ name = "user_query" && resource.service.name = "rag-demo" }'))
    assert outline(spans) == TREE


def test_stage_spans_say_what_each_step_did(tempo: Tempo, trace_of: Callable[[str], str]) -> None:
    spans = tempo.trace(trace_of('{ name = "user_query" && resource.service.name = "rag-demo" }'))
    said = {span.name: span.attributes for span in spans}
    assert said["vector_search"][attributes.RETRIEVAL_TOP_K] == 20
    assert said["vector_search"][attributes.RAG_RESULTS] == 20
    assert 0 < said["vector_search"][attributes.RAG_SCORE_MEAN] < 1
    assert said["reranking"][attributes.RAG_RERANK_TOP_N] == 5
    assert said["reranking"][attributes.REQUEST_MODEL] == "word-overlap-v1"
    assert said["post_processing"][attributes.RAG_FORMAT] == "markdown"
    generation = said["chat gpt-4o"]
    assert generation[attributes.REQUEST_TEMPERATURE] == 0.1
    assert generation[attributes.TIME_TO_FIRST_CHUNK] == IsFloat(gt=0, lt=10)
    assert generation[attributes.TOKENS_PER_SECOND] == IsFloat(gt=0)
    assert generation[attributes.FEATURE] in {"answers", "search"}


def test_nothing_internal_or_private_is_on_a_stored_span(
    tempo: Tempo, trace_of: Callable[[str], str]
) -> None:
    for service in ("rag-demo", "llm-scenarios"):
        for span in tempo.trace(trace_of(f'{{ resource.service.name = "{service}" }}')):
            names = {*span.attributes, *span.resource}
            assert not {name for name in names if name.startswith("_")}
            assert not names & {*attributes.CONTENT}


def test_every_call_is_counted_once(prometheus: Prometheus, traffic: Traffic) -> None:
    expected = Counter((call.model, outcome(call)) for call in traffic.calls)
    assert counted(prometheus, metrics.REQUEST.prometheus, "model", "status") == expected
    assert counted(prometheus, metrics.LATENCY.count, "model", "status") == expected


def test_failed_calls_name_their_error(prometheus: Prometheus, traffic: Traffic) -> None:
    failed = sum(outcome(call) == "error" for call in traffic.calls)
    named = f'sum({metrics.REQUEST.prometheus}{{status="error",error_type!=""}})'
    assert failed > 0
    assert prometheus.value(named) == failed


def test_tokens_are_those_that_the_provider_told(prometheus: Prometheus, traffic: Traffic) -> None:
    expected: Counter[tuple[str, ...]] = Counter()
    for call in traffic.calls:
        expected[call.model, "input"] += call.input_tokens
        expected[call.model, "output"] += call.output_tokens
    assert counted(prometheus, metrics.TOKENS.prometheus, "model", "direction") == +expected
    cached = sum(call.cached_tokens for call in traffic.calls)
    assert cached > 0
    assert prometheus.value(f'sum({metrics.CACHED_TOKENS.prometheus}{{kind="read"}})') == cached
    reasoned = sum(call.reasoning_tokens for call in traffic.calls)
    assert reasoned > 0
    assert prometheus.value(f"sum({metrics.REASONING_TOKENS.prometheus})") == reasoned


@pytest.mark.parametrize("model", USD_PER_MILLION)
def test_cost_is_exact(prometheus: Prometheus, traffic: Traffic, model: str) -> None:
    expected = sum(usd(call) for call in traffic.calls if call.model == model)
    spent = prometheus.value(f'sum({metrics.COST.prometheus}{{model="{model}"}})')
    assert expected > 0
    assert spent == pytest.approx(expected, rel=1e-9)


def test_an_unknown_price_is_unknown_not_zero(prometheus: Prometheus, traffic: Traffic) -> None:
    unknown = sum(call.model == "gpt-9-mystery" for call in traffic.calls)
    assert counted(prometheus, metrics.UNPRICED_REQUEST.prometheus, "model", "reason") == {
        ("gpt-9-mystery", "unknown_model"): unknown,
        ("gpt-4o-mini", "unknown_usage"): sum(
            call.scenario == "no_usage" for call in traffic.calls
        ),
    }
    assert prometheus.value(f'{metrics.COST.prometheus}{{model="gpt-9-mystery"}}') is None


def test_every_family_that_the_traffic_feeds_has_series(
    prometheus: Prometheus, traffic: Traffic
) -> None:
    nothing_too_long = {metrics.CONTENT_CUT}
    fed = set(metrics.ALL) - nothing_too_long
    wanted = {name for metric in fed for name in metric.series}
    assert wanted <= prometheus.metric_names()
    assert traffic.calls


def test_each_answer_has_one_faithfulness_score(prometheus: Prometheus, traffic: Traffic) -> None:
    asked = sum(call.operation == "chat" and call.stream for call in traffic.calls)
    scenarios = sum(call.scenario != "ok" for call in traffic.calls)
    assert scenarios > 0
    answered = traffic.output.count(" → ")
    assert 0 < answered <= asked
    asker = 'evaluation="faithfulness", service="rag-demo"'
    count = f"sum({metrics.EVALUATION_SCORE.count}{{{asker}}})"
    assert eventually(lambda: prometheus.value(count) == answered, within_s=40, every_s=1)


def test_the_content_event_holds_prompt_and_answer(
    loki: Loki, tempo: Tempo, trace_of: Callable[[str], str], traffic: Traffic
) -> None:
    trace_id = trace_of('{ name = "user_query" && resource.service.name = "rag-demo" }')
    query = f'{{service_name="rag-demo"}} | trace_id="{trace_id}" | event_name="{events.CONTENT}"'

    def bodies() -> list[dict[str, object]]:
        lines = loki.lines(query, start=traffic.started - 60, end=time.time() + 60)
        return [json.loads(line.body) for line in lines]

    found = eventually(bodies, within_s=40)
    # The steps of a search send what they found, and no output.
    calls = [body for body in found if "output" in body]
    assert len(calls) >= 2
    assert all("input" in body for body in calls)
    said = json.dumps(found, ensure_ascii=False)
    assert any(question in said for question in json.loads(QUESTIONS.read_text("utf-8")))
    assert len(tempo.trace(trace_id)) > len(found)


def test_the_latency_histogram_leads_to_a_trace(
    prometheus: Prometheus, tempo: Tempo, traffic: Traffic
) -> None:
    def found() -> list[str]:
        exemplars = prometheus.exemplars(
            metrics.LATENCY.bucket, start=traffic.started - 60, end=time.time() + 60
        )
        return [exemplar.labels.get("trace_id", "") for exemplar in exemplars]

    ids = eventually(found, within_s=40, every_s=1)
    assert ids
    assert eventually(lambda: tempo.trace(ids[0]), within_s=30)


def test_the_service_graph_knows_who_calls_whom(prometheus: Prometheus, traffic: Traffic) -> None:
    series = 'traces_service_graph_request_total{client="rag-demo", server="openai"}'
    assert eventually(lambda: prometheus.query(series), within_s=60, every_s=1)
    assert traffic.calls


def test_no_panel_is_empty(stack: NativeStack, dashboards: Path, traffic: Traffic) -> None:
    def empty() -> list[panels.Outcome]:
        outcomes = (
            panels.run(query, stack.endpoints, window_s=900) for query in panels.queries(dashboards)
        )
        return [outcome for outcome in outcomes if not outcome.samples]

    # Rules are evaluated every 15 s, so what reads a recorded series comes last.
    assert eventually(lambda: not empty(), within_s=60, every_s=5), empty()
    assert traffic.calls


def test_the_doctor_finds_nothing_wrong(stack: NativeStack, traffic: Traffic) -> None:
    report = diagnose(stack.endpoints, minutes=15)
    assert exit_code(report) == 0, report
    assert traffic.calls


def test_the_doctor_names_the_hop_that_is_down(tmp_path: Path) -> None:
    with NativeStack(tmp_path, ports=Ports.free()) as other:
        other.stop("collector")
        report = diagnose(other.endpoints, minutes=15)
    assert exit_code(report) == 3
    outcomes = {finding.hop: finding.outcome for finding in report}
    assert outcomes["Collector"] == "unreachable"
    assert outcomes["Tempo"] == "skipped"
    assert outcomes["rules"] == "ok"


def outcome(call: Call) -> str:
    return "success" if call.status == ANSWERED else "error"


def usd(call: Call) -> float:
    fresh, cached, output = USD_PER_MILLION[call.model]
    uncached = call.input_tokens - call.cached_tokens
    return (uncached * fresh + call.cached_tokens * cached + call.output_tokens * output) / 1e6


def counted(prometheus: Prometheus, series: str, *labels: str) -> Counter[tuple[str, ...]]:
    found = prometheus.query(f"sum by ({', '.join(labels)})({series}{APPLICATIONS})")
    return Counter({tuple(s.labels.get(name, "") for name in labels): int(s.value) for s in found})


def outline(spans: list[Span], parent: str = "", depth: int = 0) -> str:
    """Return the names of a trace in order of time, children indented below their parent."""
    ids = {span.span_id for span in spans}
    below = [s for s in spans if s.parent_id == parent or (not parent and s.parent_id not in ids)]
    return "".join(
        f"{'  ' * depth}{span.name}\n{outline(spans, span.span_id, depth + 1)}"
        for span in sorted(below, key=lambda span: span.started_s)
    )
