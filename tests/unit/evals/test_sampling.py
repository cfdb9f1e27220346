"""Which calls a sample draws, and what it says where there are none."""

import json
import random
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spansight import cli
from spansight.errors import ConfigError, StoreUnavailable
from spansight.evals.sampling import Window, sample
from spansight.evals.sampling.drawing import allocation, lowest, prefixes
from spansight.stores.endpoints import Endpoints
from support.canned import Canned
from support.listening import free_port

DAY = Window(1_000_000, 1_086_400)


@pytest.mark.parametrize(
    ("available", "size", "given_out"),
    [
        ({"a": 100, "b": 100}, 10, {"a": 5, "b": 5}),
        ({"a": 1000, "b": 2, "c": 50}, 30, {"a": 14, "b": 2, "c": 14}),
        ({"a": 3, "b": 2}, 30, {"a": 3, "b": 2}),
        ({"a": 9, "b": 9, "c": 9}, 2, {"a": 0, "b": 1, "c": 1}),
        ({"a": 9}, 0, {"a": 0}),
        ({}, 5, {}),
    ],
)
def test_every_stratum_gets_as_much_as_it_has_of_an_even_share(
    available: Mapping[str, int], size: int, given_out: Mapping[str, int]
) -> None:
    assert allocation(available, size) == given_out


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 50), max_size=8), st.integers(0, 90))
def test_a_size_is_given_out_whole_while_there_is_something_to_take(
    available: Mapping[str, int], size: int
) -> None:
    given_out = allocation(available, size)
    assert sum(given_out.values()) == min(size, sum(available.values()))
    assert all(0 <= given_out[key] <= available[key] for key in available)


def test_the_draw_hangs_on_the_seed_and_not_on_the_order() -> None:
    calls = [f"trace {number}" for number in range(200)]
    drawn = lowest(1, calls, 20)
    shuffled = random.Random(3).sample(calls, len(calls))  # noqa: S311 - no secret
    assert lowest(1, shuffled, 20) == drawn
    assert lowest(2, calls, 20) != drawn
    # Of more calls, what was drawn of fewer stays, but for what gave way.
    assert len({*lowest(1, [*calls, "one more"], 20)} & {*drawn}) >= 19


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("share", [0.9, 0.5, 0.2, 0.03, 0.001, 0.000_02])
def test_prefixes_are_the_share_of_all_traces(share: float, seed: int) -> None:
    found = prefixes(seed, "answers, gpt-4o", share)
    assert len({*found}) == len(found) <= 64
    assert sum(16.0 ** -len(one) for one in found) == pytest.approx(share, rel=0.13)
    assert prefixes(seed, "answers, gpt-4o", share) == found


def test_no_prefix_is_all_traces() -> None:
    assert prefixes(0, "s", 1.0) == []


def result(*rows: object) -> dict[str, object]:
    return {"data": {"result": list(rows)}}


def test_an_empty_store_is_one_clear_error() -> None:
    with Canned(loki_api_v1_query=result()) as loki:
        endpoints = Endpoints(loki=loki.url)
        with pytest.raises(ConfigError) as raised:
            sample(endpoints, DAY, size=10)
    said = f"no prompts and answers in Loki at {loki.url} from 1970-01-12T13:46+00:00 to "
    assert str(raised.value).startswith(said)
    assert "SPANSIGHT_CAPTURE_CONTENT=true" in str(raised.value)


@pytest.mark.parametrize("store", ["Loki", "Tempo"])
def test_a_store_that_does_not_answer_is_named(store: str) -> None:
    counted = {"metric": {"spansight_feature": "a"}, "value": [0, "7"]}
    nowhere = f"http://127.0.0.1:{free_port()}"
    with Canned(
        loki_api_v1_query=result(counted), loki_api_v1_query_range=result(), api_search={}
    ) as there:
        endpoints = Endpoints(
            loki=nowhere if store == "Loki" else there.url,
            tempo=nowhere if store == "Tempo" else there.url,
        )
        with pytest.raises(StoreUnavailable, match=f"^{store} at {nowhere} did not answer"):
            sample(endpoints, DAY, size=10)


def test_calls_that_cannot_be_read_are_an_error_too() -> None:
    counted: dict[str, object] = {"metric": {}, "value": [0, "7"]}
    cut = {"stream": {"trace_id": "a", "span_id": "b"}, "values": [["1", '{"input": [{"par']]}
    with Canned(
        loki_api_v1_query=result(counted), loki_api_v1_query_range=result(cut), api_search={}
    ) as there:
        endpoints = Endpoints(loki=there.url, tempo=there.url)
        with pytest.raises(ConfigError, match=r"7 calls in Loki at .*, none with a question that"):
            sample(endpoints, DAY, size=10)


def test_what_a_case_is_made_of() -> None:
    """One line of Loki and one trace of Tempo, as those write them, are one case."""
    trace_id, span_id = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    stream = {
        "service_name": "shop",
        "trace_id": trace_id,
        "span_id": span_id,
        "spansight_feature": "answers",
        "spansight_team": "support",
        "gen_ai_request_model": "gpt-4o",
        "gen_ai_response_id": "chatcmpl-1",
        "gen_ai_response_finish_reasons": '["stop"]',
        "gen_ai_usage_input_tokens": "12",
        "error_type": "",
    }
    body = {
        "input": [{"role": "user", "parts": [{"type": "text", "content": "How much?"}]}],
        "output": [{"role": "assistant", "parts": [{"type": "text", "content": "7 won"}]}],
        "documents": [{"id": "fares", "content": "A ride costs 7 won.", "score": 0.9}],
    }
    span = {
        "spanId": "t61rcWkgMzE=",  # as base 64, as Tempo writes it
        "name": "chat gpt-4o",
        "startTimeUnixNano": "1000000000",
        "endTimeUnixNano": "3500000000",
        "attributes": [{"key": "spansight.cost.usd", "value": {"doubleValue": 0.25}}],
    }
    counted = {"metric": {"spansight_feature": "answers", "gen_ai_request_model": "gpt-4o"}}
    with Canned(
        loki_api_v1_query=result(counted | {"value": [0, "3"]}),
        loki_api_v1_query_range=result({"stream": stream, "values": [["5", json.dumps(body)]]}),
        api_search={},
        **{f"api_traces_{trace_id}": {"batches": [{"scopeSpans": [{"spans": [span]}]}]}},
    ) as there:
        (case,) = sample(Endpoints(loki=there.url, tempo=there.url), DAY, size=10).cases
    assert (case.question, case.answer, case.finish_reason) == ("How much?", "7 won", "stop")
    assert (case.trace_id, case.span_id, case.response_id) == (trace_id, span_id, "chatcmpl-1")
    assert (case.contexts, case.retrieved) == (("A ride costs 7 won.",), ("fares",))
    assert (case.latency_s, case.input_tokens, case.output_tokens) == (2.5, 12, None)
    assert case.metadata["cost_usd"] == 0.25
    assert (case.metadata["feature"], case.metadata["team"]) == ("answers", "support")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--since", "yesterday"], "'yesterday': expected a time such as 90m, 24h or 7d"),
        (["--since", "0h"], "'0h': expected a time such as"),
        (["--until", "noon"], "'noon': expected a time such as 2026-05-01T00:00Z"),
        (["--size", "0"], "'0': expected a whole number above 0"),
    ],
)
def test_a_wrong_time_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["eval", "sample", "--out", "x.jsonl", *words])
    assert said in capsys.readouterr().err
