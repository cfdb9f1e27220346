"""What the doctor says when nothing, or something else, is where the stack should be."""

import pytest

from spansight.live import hops
from spansight.live.findings import eventually
from spansight.live.hops import follow
from spansight.stores.endpoints import Endpoints
from support.canned import Canned

RULES = frozenset({"HighLatency", "rag_faithfulness_score"})


@pytest.mark.parametrize(
    "output",
    [
        '{"trace_id": "abc", "span_id": "d"}\n',
        'welcome to this machine\n{"trace_id": "abc", "span_id": "d"}\n',
        '{"trace_id": "abc", "span_id": "d"}\ngood bye\n[1]\nnull\n',
    ],
)
def test_the_trace_id_is_found_among_other_lines(output: str) -> None:
    assert hops.trace_id(output) == "abc"


@pytest.mark.parametrize("output", ["", "null\n", "hello\n", "{}\n", "[1]\n", "7\n"])
def test_no_trace_id_is_none_recorded(output: str) -> None:
    assert hops.trace_id(output) == ""


def test_what_depends_on_a_call_that_did_not_pass_is_not_waited_for() -> None:
    with Canned() as other:
        silent = Endpoints(
            **dict.fromkeys(
                ("otlp_http", "collector_health", "prometheus", "tempo", "loki"), other.url
            ),
            grafana=None,
        )
        found = {finding.hop: finding for finding in follow(silent, RULES)}
    assert {hop: finding.outcome for hop, finding in found.items()} == {
        "instrumentation": "ok",
        "Collector": "unreachable",
        "Tempo": "skipped",
        "Loki": "skipped",
        "Prometheus": "skipped",
        "rules": "failed",
        "exemplar": "skipped",
        "Grafana": "skipped",
    }
    assert "'Collector'" in found["Tempo"].detail
    assert "another server" in found["rules"].fix


def test_the_call_goes_to_this_stack_whatever_the_user_has_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1",
        "OTEL_TRACES_EXPORTER": "console",
        "OTEL_CONFIG_FILE": "/nowhere.yaml",
        "OTEL_SERVICE_NAME": "shop",
        "OTEL_SDK_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    environment = hops.environment("http://127.0.0.1:4318")
    assert {name: value for name, value in environment.items() if name.startswith("OTEL_")} == {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
        "OTEL_SERVICE_NAME": "spansight-doctor",
        "OTEL_SDK_DISABLED": "true",
    }


def test_a_disabled_sdk_is_the_first_hop_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    with Canned() as other:
        first = next(follow(Endpoints(otlp_http=other.url, prometheus=other.url), RULES))
    assert (first.outcome, first.detail) == ("failed", "no SDK records spans")
    assert "OTEL_SDK_DISABLED" in first.fix


def test_waiting_ends_with_the_last_answer() -> None:
    answers = iter([0, 0, 3])
    assert eventually(lambda: next(answers), within_s=10, every_s=0.01) == 3
    assert eventually(list[str], within_s=0, every_s=0.01) == []


def test_only_an_event_of_this_very_call_will_do() -> None:
    """The doctor may have been here a minute ago."""
    event = {"event_name": "gen_ai.evaluation.result"}
    stream = {"stream": event, "values": [["1", "body"]]}
    with Canned(loki_api_v1_query_range={"data": {"result": [stream]}}) as loki:
        journey = hops.Journey(Endpoints(loki=loki.url), RULES, trace_id="0af7")
        assert hops._loki("Loki", journey).outcome == "ok"  # pyright: ignore[reportPrivateUsage] - one hop alone
    ((_, asked),) = loki.asked
    assert '| trace_id="0af7"' in asked["query"]


def test_a_rule_that_cannot_be_evaluated_is_named() -> None:
    rules = [
        {"name": "HighLatency", "health": "ok"},
        {"name": "rag_faithfulness_score", "health": "err"},
    ]
    with Canned(api_v1_rules={"data": {"groups": [{"rules": rules}]}}) as prometheus:
        journey = hops.Journey(Endpoints(prometheus=prometheus.url), RULES)
        found = hops._rules("rules", journey)  # pyright: ignore[reportPrivateUsage] - one hop alone
    assert found.outcome == "failed"
    assert found.detail == "missing: -; failing: rag_faithfulness_score"


def test_a_counter_that_began_anew_counted_the_call_too() -> None:
    """A Collector that was started again counts from 0: less than before is one more."""
    one = {"resultType": "scalar", "result": [0, "1"]}
    with Canned(api_v1_query={"data": one}) as prometheus:
        journey = hops.Journey(Endpoints(prometheus=prometheus.url), RULES, counted_before=7.0)
        found = hops._prometheus("Prometheus", journey)  # pyright: ignore[reportPrivateUsage] - likewise
    assert found.outcome == "ok"
