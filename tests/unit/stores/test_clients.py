"""What each client reads out of its store's answers, in the shape that the stores document."""

import math

from spansight.stores.grafana import Grafana
from spansight.stores.loki import Line, Loki
from spansight.stores.prometheus import Exemplar, Prometheus, Sample
from spansight.stores.tempo import Match, Tempo
from support.canned import Canned

TRACE = {
    "batches": [
        {
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
            "scopeSpans": [
                {
                    "spans": [
                        {
                            "spanId": "AAAAAAAAAAE=",
                            "name": "chat gpt-4o",
                            "startTimeUnixNano": "1000000000",
                            "endTimeUnixNano": "3500000000",
                            "status": {"code": "STATUS_CODE_ERROR"},
                            "attributes": [
                                {"key": "tokens", "value": {"intValue": "7"}},
                                {"key": "cost", "value": {"doubleValue": 0.5}},
                                {"key": "stream", "value": {"boolValue": True}},
                                {
                                    "key": "reasons",
                                    "value": {"arrayValue": {"values": [{"stringValue": "stop"}]}},
                                },
                            ],
                            "events": [{"name": "exception"}],
                        }
                    ]
                }
            ],
        }
    ]
}


def test_prometheus_reads_vectors_and_scalars() -> None:
    row = {"metric": {"model": "a"}, "value": [1, "NaN"]}
    vector = {"data": {"resultType": "vector", "result": [row]}}
    with Canned(api_v1_query=vector) as server:
        (sample,) = Prometheus(server.url).query("up")
    assert sample.labels == {"model": "a"}
    assert math.isnan(sample.value)
    scalar = {"data": {"resultType": "scalar", "result": [1, "2.5"]}}
    with Canned(api_v1_query=scalar) as server:
        assert Prometheus(server.url).query("2.5") == [Sample({}, 2.5)]


def test_prometheus_has_no_value_of_no_series() -> None:
    with Canned(api_v1_query={"data": {"resultType": "vector", "result": []}}) as server:
        assert Prometheus(server.url).value("absent_series") is None


def test_prometheus_counts_numbers_only() -> None:
    rows = [{"values": [[1, "0"], [2, "NaN"]]}, {"values": [[1, "+Inf"]]}]
    with Canned(api_v1_query_range={"data": {"result": rows}}) as server:
        assert Prometheus(server.url).query_range("up", start=1, end=2, step_s=1) == 2


def test_prometheus_reads_exemplars_and_rules() -> None:
    exemplar = {"labels": {"trace_id": "abc"}, "value": "1.5", "timestamp": 1}
    series = {"seriesLabels": {"le": "2"}, "exemplars": [exemplar]}
    groups = [{"rules": [{"name": "HighLatency", "health": "ok"}]}]
    with Canned(
        api_v1_query_exemplars={"data": [series]}, api_v1_rules={"data": {"groups": groups}}
    ) as server:
        prometheus = Prometheus(server.url)
        found = prometheus.exemplars("x", start=1, end=2)
        assert found == [Exemplar({"le": "2"}, {"trace_id": "abc"}, 1.5)]
        assert prometheus.rules() == {"HighLatency": "ok"}


def test_loki_reads_lines_and_asks_in_nanoseconds() -> None:
    rows = [{"stream": {"service_name": "shop"}, "values": [["1", "hello"], ["2", "again"]]}]
    with Canned(loki_api_v1_query_range={"data": {"result": rows}}) as server:
        loki = Loki(server.url)
        labels = {"service_name": "shop"}
        found = loki.lines("{}", start=1, end=2.5)
        assert found == [Line("hello", labels, 1), Line("again", labels, 2)]
        assert loki.samples("{}", start=1, end=2.5) == 2
    parameters = {"query": "{}", "start": "1000000000", "end": "2500000000", "limit": "100"}
    assert server.asked[0] == ("/loki/api/v1/query_range", parameters)


def test_tempo_reads_a_trace() -> None:
    with Canned(api_traces_abc=TRACE) as server:
        (span,) = Tempo(server.url).trace("abc")
    assert (span.name, span.service, span.parent_id) == ("chat gpt-4o", "shop", "")
    assert (span.started_s, span.duration_s, span.error) == (1.0, 2.5, True)
    assert span.attributes == {"tokens": 7, "cost": 0.5, "stream": True, "reasons": ["stop"]}
    assert span.events == ("exception",)


def test_tempo_does_not_have_every_trace() -> None:
    with Canned(api_search={}, api_metrics_query_range={}) as server:
        tempo = Tempo(server.url)
        assert tempo.trace("abc") == []
        assert tempo.search("{ }") == []
        assert tempo.metric("{ } | rate()", start=1, end=2) == 0


def test_tempo_pads_the_ids_that_it_shortens() -> None:
    with Canned(api_search={"traces": [{"traceID": "abc"}]}) as server:
        assert Tempo(server.url).search("{ }", start=1.9, end=2.9) == ["0" * 29 + "abc"]
    assert server.asked[0][1] == {"q": "{ }", "limit": "20", "start": "1", "end": "2"}


def test_grafana_says_its_version() -> None:
    with Canned(api_health={"version": "13.2.3"}) as server:
        assert Grafana(server.url).version() == "13.2.3"
    with Canned(api_health={}) as server:
        assert Grafana(server.url).version() == "unknown"


def test_loki_reads_a_metric_at_a_time() -> None:
    rows = [{"metric": {"model": "a"}, "value": [7, "3"]}]
    with Canned(loki_api_v1_query={"data": {"result": rows}}) as server:
        assert Loki(server.url).vector("sum(x)", at=2.5) == [({"model": "a"}, 3.0)]
    assert server.asked == [
        ("/loki/api/v1/query", {"query": "sum(x)", "time": "2500000000"}),
    ]


def test_tempo_reads_the_spans_that_match() -> None:
    cost = {"key": "cost", "value": {"doubleValue": 0.5}}
    matched = [{"spanID": "01", "attributes": [cost]}, {"spanID": "02"}]
    trace = {"traceID": "abc", "spanSets": [{"spans": matched}]}
    with Canned(api_search={"traces": [trace, {"traceID": "def"}]}) as server:
        found = Tempo(server.url).matches("{}", start=1, end=2)
    trace_id, zeros = "0" * 29 + "abc", "0" * 14
    assert found == [
        Match(trace_id, f"{zeros}01", {"cost": 0.5}),
        Match(trace_id, f"{zeros}02", {}),
    ]
