"""The Collector's cost: literal expectations, then the Python oracle on hundreds of calls."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from itertools import count
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector import otlp
from collector.process import FOLDER, Collector
from spansight.conventions import attributes
from spansight.cost import table
from spansight.cost.price import Cost, Usage, cost

pytestmark = pytest.mark.stack

PRICES: Final = table.read(FOLDER / "prices.ottl")
PARTS: Final = (
    attributes.COST_INPUT_USD,
    attributes.COST_CACHE_READ_USD,
    attributes.COST_CACHE_WRITE_USD,
    attributes.COST_OUTPUT_USD,
)
TIER: Final = "openai.response.service_tier"
EXACT: Final = 1e-9
NUMBERS: Final = count()


@dataclass(frozen=True)
class Call:
    """A call and what is known of its cost."""

    attributes: otlp.Attributes
    status: str | None
    usd: float | None = None
    error: str | None = None


def call(
    model: str,
    input_tokens: int | None = 1000,
    output_tokens: int | None = 100,
    *,
    provider: str = "openai",
    response: str | None = None,
    read: int = 0,
    write: int = 0,
    operation: str = "chat",
) -> dict[str, otlp.Value]:
    said: dict[str, otlp.Value | None] = {
        attributes.OPERATION_NAME: operation,
        attributes.PROVIDER_NAME: provider,
        attributes.REQUEST_MODEL: model,
        attributes.RESPONSE_MODEL: response,
        attributes.INPUT_TOKENS: input_tokens,
        attributes.OUTPUT_TOKENS: output_tokens,
        attributes.CACHE_READ_TOKENS: read or None,
        attributes.CACHE_WRITE_TOKENS: write or None,
    }
    return {key: item for key, item in said.items() if item is not None}


# gpt-4o: 2.5 in, 1.25 cached, 10 out; claude-sonnet-4-5: 3, 0.3, 3.75, 15, when long 6 and 22.5.
CALLS: Final = {
    "plain": Call(call("gpt-4o"), "priced", 0.0035),
    "cached tokens are part of the input": Call(
        call("gpt-4o", 1000, 100, read=400), "priced", 0.003
    ),
    "written ones cost more": Call(
        call("claude-sonnet-4-5", 1000, 0, provider="anthropic", read=200, write=300),
        "priced",
        (500 * 3 + 200 * 0.3 + 300 * 3.75) / 1e6,
    ),
    "written ones for an hour cost more still": Call(
        call("claude-sonnet-4-5", 1000, 0, provider="anthropic", write=300)
        | {attributes.CACHE_WRITE_1H_TOKENS: 200},
        "priced",
        (700 * 3 + 100 * 3.75 + 200 * 6) / 1e6,
    ),
    "reasoning is part of the output": Call(
        call("gpt-4o") | {attributes.REASONING_TOKENS: 80}, "priced", 0.0035
    ),
    "Gemini's thoughts are part of the output": Call(
        call("gemini-2.5-flash", 1000, 100, provider="gcp.gemini")
        | {attributes.REASONING_TOKENS: 60},
        "priced",
        (1000 * 0.3 + 100 * 2.5) / 1e6,
    ),
    "a flexible service tier": Call(
        call("gpt-5") | {TIER: "flex"}, "priced", (1000 * 0.625 + 100 * 5) / 1e6
    ),
    "the tier that answered, not the one asked for": Call(
        call("gpt-5") | {TIER: "default", "openai.request.service_tier": "priority"},
        "priced",
        (1000 * 1.25 + 100 * 10) / 1e6,
    ),
    "a batch, which only the application knows": Call(
        call("claude-sonnet-4-5", provider="anthropic") | {attributes.SERVICE_TIER: "batch"},
        "priced",
        (1000 * 1.5 + 100 * 7.5) / 1e6,
    ),
    "a long prompt of a batch": Call(
        call("claude-sonnet-4-5", 200_001, 10, provider="anthropic")
        | {attributes.SERVICE_TIER: "batch"},
        "priced",
        (200_001 * 3 + 10 * 11.25) / 1e6,
    ),
    "a tier that the list does not know": Call(call("gpt-4o") | {TIER: "scale"}, "priced", 0.0035),
    "a model that looks like a price line": Call(call("gpt-4o=1 1 1 1 1\nx"), "unknown_model"),
    "a dated response": Call(call("gpt-4o", response="gpt-4o-2024-08-06"), "priced", 0.0035),
    "a dated response with a price of its own": Call(
        call("gpt-4o", response="gpt-4o-2024-05-13"), "priced", 0.0065
    ),
    "an unknown date": Call(call("x", response="gpt-4o-2031-01-31"), "priced", 0.0035),
    "latest": Call(call("mistral-small-latest", provider="mistral_ai"), "priced", 0.00021),
    "capitals": Call(call("GPT-4o"), "priced", 0.0035),
    "the request's model when the response's is unknown": Call(
        call("gpt-4o", response="deployment-7"), "priced", 0.0035
    ),
    "a long prompt": Call(
        call("claude-sonnet-4-5", 200_001, 10, provider="anthropic"),
        "priced",
        (200_001 * 6 + 10 * 22.5) / 1e6,
    ),
    "not quite a long prompt": Call(
        call("claude-sonnet-4-5", 200_000, 10, provider="anthropic"),
        "priced",
        (200_000 * 3 + 10 * 15) / 1e6,
    ),
    "Bedrock's region and version": Call(
        call("us.anthropic.claude-sonnet-4-5-20250929-v1:0", provider="aws.bedrock"),
        "priced",
        (1000 * 3.3 + 100 * 16.5) / 1e6,
    ),
    "a gateway in OpenAI's wire format": Call(
        call("anthropic/claude-sonnet-4-5"), "priced", (1000 * 3 + 100 * 15) / 1e6
    ),
    "a provider without a list": Call(call("gpt-4o", provider="our-gateway"), "priced", 0.0035),
    "another provider's model is no one's": Call(
        call("gpt-4o", provider="anthropic"), "unknown_model"
    ),
    "embeddings": Call(
        call("text-embedding-3-small", 1000, None, operation="embeddings"), "priced", 0.00002
    ),
    "a free model": Call(call("spansight-synthetic"), "free", 0.0),
    "a free model without usage": Call(call("spansight-synthetic", None, None), "free", 0.0),
    "an unknown model": Call(call("gpt-9-mini"), "unknown_model"),
    "no usage": Call(call("gpt-4o", None, None), "unknown_usage"),
    "no output": Call(call("gpt-4o", 10, None), "unknown_usage"),
    "a failed call that used nothing": Call(call("gpt-4o", None, None), None, error="429"),
    "more cached than there was": Call(
        call("gpt-4o", 100, 0, read=400), "priced", 400 * 1.25 / 1e6
    ),
    "Anthropic's own counts, beside the input": Call(
        call("claude-sonnet-4-5", 100, 0, provider="anthropic", read=400),
        "priced",
        (100 * 3 + 400 * 0.3) / 1e6,
    ),
    "reported by OpenRouter": Call(call("gpt-4o") | {"gen_ai.usage.cost": 0.5}, "reported", 0.5),
    "reported by Logfire": Call(call("nope") | {"operation.cost": 0.25}, "reported", 0.25),
    "reported as text": Call(call("gpt-4o") | {"gen_ai.usage.cost": "0.125"}, "reported", 0.125),
    "reported by the proposal": Call(
        call("gpt-4o") | {"gen_ai.usage.cost.amount": 2.0, "gen_ai.usage.cost.currency": "USD"},
        "reported",
        2.0,
    ),
    "reported in another currency": Call(
        call("gpt-4o") | {"gen_ai.usage.cost.amount": 2.0, "gen_ai.usage.cost.currency": "KRW"},
        "priced",
        0.0035,
    ),
    "reported below zero": Call(call("gpt-4o") | {"gen_ai.usage.cost": -1.0}, "priced", 0.0035),
    "an agent repeats its children": Call(call("gpt-4o", operation="invoke_agent"), None),
}


def sent(collector: Collector, service: str, calls: list[Call]) -> list[Mapping[str, object]]:
    spans = [otlp.span("call", each.attributes, error=each.error) for each in calls]
    collector.send(otlp.traces(spans, {"service.name": service}))
    return [otlp.plain(span.attributes) for span in collector.spans(service, len(calls))]


def test_each_call_costs_what_its_price_list_says(collector: Collector) -> None:
    found = sent(collector, "cost", list(CALLS.values()))
    for (name, expected), said in zip(CALLS.items(), found, strict=True):
        assert said.get(attributes.COST_STATUS) == expected.status, name
        assert said.get(attributes.COST_USD) == (
            None if expected.usd is None else pytest.approx(expected.usd, rel=EXACT)
        ), name


def test_one_cost_is_left_and_it_says_from_when(collector: Collector) -> None:
    foreign = {"gen_ai.usage.cost": 0.5, "operation.cost": 0.5, "llm.cost.total": 0.5}
    (reported, priced) = sent(
        collector, "one-cost", [Call(call("gpt-4o") | foreign, None), Call(call("gpt-4o"), None)]
    )
    assert {key for key in reported if "cost" in key} == {
        attributes.COST_USD,
        attributes.COST_STATUS,
    }
    assert priced[attributes.COST_PRICES_DATE] == PRICES.as_of


KNOWN: Final = [
    (provider, model) for provider, known in PRICES.providers.items() for model in known
]
MODELS: Final = st.sampled_from(KNOWN) | st.tuples(
    st.sampled_from(["openai", "anthropic", "a gateway"]), st.text(max_size=20)
)
TOKENS: Final = st.sampled_from((0, 1, 900, 128_001, 200_001, 600_000)) | st.integers(0, 10**7)
TIERS: Final = st.sampled_from(("default", "batch", "Flex", "priority", "fast", "auto", "x;y="))
COUNTS: Final = (
    attributes.INPUT_TOKENS,
    attributes.OUTPUT_TOKENS,
    attributes.CACHE_READ_TOKENS,
    attributes.CACHE_WRITE_TOKENS,
    attributes.CACHE_WRITE_1H_TOKENS,
)


@st.composite
def some_call(draw: st.DrawFn) -> dict[str, otlp.Value]:
    provider, model = draw(MODELS)
    asked = call(model, None, None, provider=provider)
    return asked | draw(
        st.fixed_dictionaries({}, optional=dict.fromkeys(COUNTS, TOKENS) | {TIER: TIERS})
    )


@given(st.lists(some_call(), min_size=1, max_size=150))
@settings(max_examples=25, deadline=None)
def test_the_oracle_agrees_on_calls_to_every_kind_of_model(
    collector: Collector, calls: list[dict[str, otlp.Value]]
) -> None:
    # One request, so that many different calls share what is kept on the resource.
    service = f"oracle-{next(NUMBERS)}"
    for each, said in zip(
        calls, sent(collector, service, [Call(one, None) for one in calls]), strict=True
    ):
        expected = expectation(each, said)
        assert said.get(attributes.COST_STATUS) == expected.status, each
        if expected.parts_usd is None:
            assert not {key for key in said if key.startswith("spansight.cost.")} - {
                attributes.COST_STATUS
            }
            continue
        parts = astuple(expected.parts_usd)
        assert said[attributes.COST_USD] == near(sum(parts)), each
        assert [said[name] for name in PARTS] == [near(part) for part in parts], each


def expectation(each: Mapping[str, otlp.Value], said: Mapping[str, object]) -> Cost:
    listing = PRICES.find(str(each[attributes.PROVIDER_NAME]), str(each[attributes.REQUEST_MODEL]))
    usage = Usage(
        # As it was normalised: counts beside the input have been added to it.
        input=_int(said, attributes.INPUT_TOKENS),
        output=_int(said, attributes.OUTPUT_TOKENS),
        cache_read=_int(said, attributes.CACHE_READ_TOKENS) or 0,
        cache_write=_int(said, attributes.CACHE_WRITE_TOKENS) or 0,
        cache_write_1h=_int(said, attributes.CACHE_WRITE_1H_TOKENS) or 0,
    )
    tier = str(each.get(TIER, "")).lower()
    return cost(listing.price if listing else None, usage, tier=tier)


def near(usd: float) -> object:
    return pytest.approx(usd, rel=EXACT, abs=1e-18)


def test_many_kinds_of_call_in_one_request_are_priced_alike(collector: Collector) -> None:
    calls = [Call(call(model, provider=provider), None) for provider, model in KNOWN[:300]]
    kept = sent(collector, "many-kinds", calls)
    alone = [sent(collector, f"alone-{n}", [calls[n]])[0] for n in (0, 63, 64, 65, 299)]
    assert [kept[n].get(attributes.COST_USD) for n in (0, 63, 64, 65, 299)] == [
        said.get(attributes.COST_USD) for said in alone
    ]
    assert not [key for said in kept for key in said if key.startswith("_")]


def test_the_price_table_never_leaves(collector: Collector) -> None:
    theirs = {
        "service.name": "leak",
        "_prices": {"providers": {"openai": {"gpt-4o": [[9.0, 9.0, 9.0, 9.0]]}}},
    }
    collector.send(
        otlp.traces([otlp.span("a", call("gpt-4o")), otlp.span("b", call("gpt-9"))], theirs),
        otlp.traces([otlp.span("GET /", {"http.route": "/"})], theirs),
    )
    priced, _, _ = collector.spans("leak", 3)
    assert otlp.plain(priced.attributes)[attributes.COST_USD] == pytest.approx(0.0035, rel=EXACT)
    for kept in collector.resources("leak"):
        assert set(otlp.plain(kept.resource.attributes)) == {"service.name"}
    assert "_prices" not in collector.exposition()


def test_no_sender_sets_its_own_rates(collector: Collector) -> None:
    theirs: dict[str, otlp.Value] = {"_kind": "openai\n<nil>\ngpt-4o\n<nil>", "_rates": "0"}
    (agent, asked) = sent(
        collector,
        "own-rates",
        [
            Call(call("gpt-4o", operation="invoke_agent") | theirs, None),
            Call(call("gpt-4o") | theirs, None),
        ],
    )
    assert not [key for key in agent if key.startswith(("_", "spansight.cost."))]
    assert asked[attributes.COST_USD] == pytest.approx(0.0035, rel=EXACT)


def _int(said: Mapping[str, object], name: str) -> int | None:
    found = said.get(name)
    assert found is None or isinstance(found, int)
    return found
