"""What a store's answer becomes: its content, or one of our errors."""

import socket

import pytest

from spansight.errors import ConfigError, StoreUnavailable
from spansight.stores.http import answers, ask, find_json, get_json
from support.canned import Canned


def refusing_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_an_answer_is_its_json_object() -> None:
    with Canned(api={"a": 1}) as server:
        assert get_json("Loki", server.url, "/api", {"query": "{x=~'.+'}"}) == {"a": 1}
    assert server.asked == [("/api", {"query": "{x=~'.+'}"})]


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refusal_is_the_request_s_fault(status: int) -> None:
    with (
        Canned().refuse("api", status, "parse error:\n  unexpected end") as server,
        pytest.raises(ConfigError) as error,
    ):
        get_json("Loki", server.url, "/api", {"query": "{"})
    assert str(error.value) == ("Loki refused '/api' {'query': '{'}: parse error: unexpected end")


@pytest.mark.parametrize("status", [500, 503])
def test_an_error_of_the_server_is_its_own(status: int) -> None:
    with (
        Canned().refuse("api", status, "empty ring") as server,
        pytest.raises(StoreUnavailable) as error,
    ):
        get_json("Tempo", server.url, "/api")
    assert str(error.value) == (f"Tempo at {server.url} answered {status}: empty ring; see its log")


def test_no_answer_says_who_did_not_and_what_to_ask() -> None:
    url = f"http://127.0.0.1:{refusing_port()}"
    with pytest.raises(StoreUnavailable) as error:
        get_json("Prometheus", url, "/api")
    assert str(error.value) == (
        f"Prometheus at {url} did not answer (ConnectionError); is the stack up? (spansight status)"
    )


@pytest.mark.parametrize("page", ["<html>hello</html>", "[1, 2]", ""])
def test_another_server_on_the_port_is_recognised(page: str) -> None:
    with Canned(api=page) as server, pytest.raises(StoreUnavailable) as error:
        get_json("Grafana", server.url, "/api")
    assert f"expected a JSON object, got {page!r}; does another server" in str(error.value)


def test_what_a_store_does_not_know_is_none() -> None:
    with Canned(known={"a": 1}) as server:
        assert find_json("Tempo", server.url, "/unknown") is None
        assert find_json("Tempo", server.url, "/known") == {"a": 1}


def test_a_probe_is_a_yes_or_a_no() -> None:
    with Canned(ready="ok").refuse("ill", 503, "starting") as server:
        assert answers("Loki", server.url, "/ready")
        assert not answers("Loki", server.url, "/ill")
        assert not answers("Loki", server.url, "/unknown")
    assert not answers("Loki", f"http://127.0.0.1:{refusing_port()}", "/ready")


def test_a_proxy_is_not_asked_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{refusing_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    with Canned(ready="ok") as server:
        assert answers("Loki", server.url, "/ready")


def test_a_token_goes_nowhere_else() -> None:
    """A redirect may lead to another server, which would be told it."""
    with Canned(api={"a": 1}) as elsewhere, Canned().redirect("api", elsewhere.url) as server:
        answer = ask("Grafana", server.url, "/api", token="glsa_secret")
        assert answer.status_code == 302
        assert not elsewhere.asked
        assert ask("Grafana", server.url, "/api").json() == {"a": 1}


@pytest.mark.parametrize("url", ["", "here", "ftp://here", "http://[::1", "http://here:99999"])
def test_what_is_no_address_is_the_user_s_fault(url: str) -> None:
    with pytest.raises(ConfigError) as error:
        ask("Grafana", url, "/api")
    assert str(error.value) == (
        f"Grafana at {url!r}: expected an address such as http://localhost:3000"
    )


@pytest.mark.parametrize("token", ["two\nlines", "ключ"])
def test_a_token_that_no_header_can_carry_is_not_repeated(token: str) -> None:
    with Canned() as server, pytest.raises(ConfigError) as error:
        ask("Grafana", server.url, "/api", token=token)
    assert str(error.value) == "the token for Grafana has letters that no token has; copy it again"
