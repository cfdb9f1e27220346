"""What a request brings, and which hosts a request takes it to."""

from typing import Any
from urllib.parse import unquote_plus

import pytest
from opentelemetry import baggage, propagate, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import attach, detach
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

import spansight
from spansight.settings import Settings
from spansight.telemetry import propagation
from spansight.telemetry.propagation import Hosts
from support.recording import Recorded

HASH = "0123456789abcdef0123456789abcdefh"


@pytest.fixture(autouse=True)
def _propagators_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    both = CompositePropagator([TraceContextTextMapPropagator(), W3CBaggagePropagator()])
    monkeypatch.setattr(propagate, "_HTTP_TEXT_FORMAT", both)
    monkeypatch.setattr(propagate, "set_global_textmap", propagate.set_global_textmap)


@pytest.fixture
def shared(recorded: Recorded) -> Recorded:
    propagation.share(Settings())
    return recorded


def received(header: str) -> dict[str, Any]:
    """Return the labels of a span in a request with this header."""
    tracer = trace.get_tracer("test")
    context = propagate.extract({"baggage": header})
    with tracer.start_as_current_span("served", context=context) as span:
        attributes: dict[str, Any] = dict(getattr(span, "attributes", {}))
    return attributes


def sent(**said: str) -> str | None:
    """Return the header of a request whose span says this, dots written as underscores."""
    carrier: dict[str, str] = {}
    attributes = {name.replace("_", "."): value for name, value in said.items()}
    tracer = trace.get_tracer("test")
    with tracer.start_as_current_span("GET", kind=trace.SpanKind.CLIENT, attributes=attributes):
        propagate.inject(carrier)
    return carrier.get("baggage")


@pytest.mark.usefixtures("shared")
def test_only_known_keys_are_taken_and_cut() -> None:
    header = (
        f"session=secret,spansight.team={'t' * 1000},gen_ai.conversation.id=%EA%B0%80,user.id=kim"
    )
    assert received(header) == {"spansight.team": "t" * 128, "gen_ai.conversation.id": "가"}


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(("value", "kept"), [(HASH, HASH), ("kim%40example.com", None)])
def test_a_user_is_taken_as_a_hash_only(value: str, kept: str | None) -> None:
    assert received(f"user.hash={value}").get("user.hash") == kept


@pytest.mark.usefixtures("shared")
def test_control_characters_of_a_request_do_not_reach_a_label() -> None:
    assert received("spansight.feature=a%0A%1B%5B31mb")["spansight.feature"] == "a [31mb"


def test_requests_of_strangers_can_be_left_unbelieved(recorded: Recorded) -> None:
    propagation.share(Settings(accepts_baggage=False))
    assert received("spansight.team=theirs") == {"spansight.team": "core"}
    assert recorded.spans


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8000/v1",
        "http://127.0.0.1/",
        "http://[::1]:80/",
        "http://10.1.2.3/",
        "http://orders/",
        "http://orders.shop.svc.cluster.local:80/",
        "https://orders.internal/",
    ],
)
def test_a_service_of_ones_own_gets_it(url: str) -> None:
    with spansight.context(team="검색"):
        for name in ("url_full", "http_url"):
            header = sent(**{name: url})
            assert header is not None
            assert unquote_plus(header) == "spansight.team=검색"


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(
    "said",
    [
        {"url_full": "https://api.openai.com/v1/chat/completions"},
        {"http_url": "https://api.anthropic.com/v1/messages"},
        {"server_address": "generativelanguage.googleapis.com"},
        {"url_full": "https://8.8.8.8/"},
        {"url_full": "https://localhost.example.com/"},
        {},
    ],
)
def test_nobody_else_does(said: dict[str, str]) -> None:
    with spansight.context(team="search", user="kim"):
        assert sent(**said) is None


@pytest.mark.usefixtures("shared")
def test_what_came_from_upstream_does_not_leave_for_a_provider_either() -> None:
    token = attach(propagate.extract({"baggage": f"spansight.team=a,user.hash={HASH},tenant=7"}))
    try:
        assert sent(url_full="https://api.openai.com/v1") == "tenant=7"
        assert sent(url_full="http://orders/") == f"tenant=7,spansight.team=a,user.hash={HASH}"
    finally:
        detach(token)


@pytest.mark.usefixtures("shared")
def test_the_applications_own_baggage_goes_where_it_always_went() -> None:
    token = attach(baggage.set_baggage("tenant", "7"))
    try:
        assert sent(url_full="https://api.openai.com/v1") == "tenant=7"
    finally:
        detach(token)


@pytest.mark.usefixtures("shared")
def test_a_message_of_ones_own_takes_it_without_a_host() -> None:
    with spansight.context(team="search"), spansight.stage("enqueue"):
        carrier: dict[str, str] = {}
        propagate.inject(carrier)
        assert set(carrier) == {"traceparent"}
        assert propagation.own_headers() == {**carrier, "baggage": "spansight.team=search"}


@pytest.mark.usefixtures("shared")
def test_a_propagator_that_the_application_sets_keeps_the_rule() -> None:
    propagate.set_global_textmap(CompositePropagator([W3CBaggagePropagator()]))
    with spansight.context(team="search"):
        assert sent(url_full="http://orders/") == "spansight.team=search"
        assert sent(url_full="https://api.openai.com/v1") is None
    propagate.set_global_textmap(TraceContextTextMapPropagator())
    with spansight.context(team="search"):
        assert sent(url_full="http://orders/") is None, "it wants no baggage"


@pytest.mark.usefixtures("shared")
def test_what_does_not_fit_stays_behind_and_the_labels_go(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spansight.settings._said", set[str]())
    long = "가" * 128
    with spansight.context(team=long, feature=long, pipeline=long, experiment=long, variant="b"):
        header = sent(url_full="http://orders/")
    assert header is not None
    assert len(header) <= 4096
    assert [part.partition("=")[0] for part in header.split(",")] == [
        "spansight.team",
        "spansight.feature",
        "spansight.pipeline",
    ]
    assert capsys.readouterr().err == (
        "spansight: context: no room for spansight.experiment among the headers of a request; "
        "it stays behind\n"
    )


@pytest.mark.parametrize(
    ("listed", "host", "owned"),
    [
        ("none", "localhost", False),
        ("private", "orders", True),
        ("api.shop.com", "api.shop.com", True),
        ("api.shop.com", "API.shop.com.", True),
        ("api.shop.com", "evil-api.shop.com", False),
        ("api.shop.com", "localhost", False),
        ("*.shop.com, private", "orders.eu.shop.com", True),
        (".shop.com", "shop.com.evil.org", False),
        (".shop.com,private", "localhost", True),
    ],
)
def test_hosts_are_named_or_private(listed: str, host: str, owned: bool) -> None:  # noqa: FBT001 - a column of the table
    assert (host in Hosts(listed)) is owned


@pytest.mark.parametrize("name", ["http://search", "search:8080", "*", "a b", "[[", "search/api"])
def test_what_no_host_is_called_is_said(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "10.0.0.1" in Hosts(f"private,{name}")
    assert capsys.readouterr().err == (
        f"spansight: SPANSIGHT_BAGGAGE_HOSTS={name!r}: expected a host such as "
        "search.example.com, a suffix such as .example.com, private or none; "
        "using no host of that name\n"
    )


@pytest.mark.parametrize("name", ["search", "검색.kr", "a-b.example.com", ".svc", "*.x.kr", "::1"])
def test_what_a_host_may_be_called_is_no_error(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Hosts(name)
    assert capsys.readouterr().err == ""
