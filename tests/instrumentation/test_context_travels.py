"""The context between real processes: to a service of one's own, and to nobody else."""

import subprocess
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus

import pytest

from spansight.telemetry.identity import is_user_hash
from support.listening import Listening
from support.otlp_sink import Sink, Span, until
from support.processes import environment, python

KEY = "0123456789abcdef"


class Stranger(Listening):
    """A server that is not the user's, and the headers it was sent."""

    def __init__(self) -> None:
        """Bind a free port."""
        self.headers: list[dict[str, str]] = []
        server = _Server(("127.0.0.1", 0), _Handler)
        server.stranger = self
        super().__init__(server)


class _Server(ThreadingHTTPServer):
    stranger: Stranger


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - ours alone serves it

    def do_GET(self) -> None:
        self.server.stranger.headers.append(dict(self.headers))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name upstream
        """Stay quiet."""


@dataclass(frozen=True, slots=True)
class Trip:
    """One request through two services, each of which asks the stranger."""

    sink: Sink
    strangers: list[dict[str, str]]

    def works(self) -> tuple[Span, Span]:
        """Return the stage of the first service, and that of the second."""
        first, second = sorted(
            (span for span in self.sink.spans if span.name == "work"),
            key=lambda span: span.resource["service.name"],
        )
        return first, second


@contextmanager
def service(name: str, sink: Sink, **settings: str) -> Generator[int]:
    """Run one, and yield its port."""
    process = subprocess.Popen(
        python("shop_service.py"),
        env=environment(
            OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
            OTEL_SERVICE_NAME=name,
            SPANSIGHT_ENABLED="true",
            SPANSIGHT_USER_KEY=KEY,
            **settings,
        ),
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=10)
        assert process.stdout
        process.stdout.close()


@contextmanager
def trip(**settings: str) -> Generator[Trip]:
    """Send one request; the services reach each other as localhost, the stranger by its address."""
    sent = {
        "baggage": "spansight.experiment=upstream,other=theirs",
        "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
    }
    with (
        Sink() as sink,
        Stranger() as stranger,
        service("2", sink, PROVIDER=stranger.url, **settings) as second,
        service(
            "1", sink, PROVIDER=stranger.url, NEXT=f"http://localhost:{second}/", **settings
        ) as first,
    ):
        request = urllib.request.Request(f"http://127.0.0.1:{first}/", headers=sent)
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.read() == b"done"
        until(lambda: len(sink.spans) == 5)
        yield Trip(sink, stranger.headers)


@pytest.fixture(scope="module")
def named() -> Iterator[Trip]:
    with trip(SPANSIGHT_BAGGAGE_HOSTS="localhost") as travelled:
        yield travelled


def test_a_service_downstream_attributes_its_calls_alike(named: Trip) -> None:
    first, second = named.works()
    for name in ("spansight.feature", "spansight.experiment", "user.hash"):
        assert second.attributes[name] == first.attributes[name]
    assert second.attributes["spansight.feature"] == "checkout"
    assert second.attributes["spansight.experiment"] == "upstream"
    assert second.trace_id == first.trace_id == "a" * 32


def test_a_user_is_a_hash_on_every_wire(named: Trip) -> None:
    first, _ = named.works()
    assert is_user_hash(first.attributes["user.hash"])
    assert "kim@" not in named.sink.text


def test_a_stranger_gets_the_trace_and_nothing_of_ours(named: Trip) -> None:
    """Neither of what was said here nor of what came from upstream."""
    assert len(named.strangers) == 2
    for headers in named.strangers:
        assert {name.lower() for name in headers} >= {"traceparent", "baggage"}
        assert unquote_plus(headers["Baggage"]) == "other=theirs"


def test_hosts_of_ones_own_are_known_without_a_list() -> None:
    with trip() as travelled:
        _, second = travelled.works()
        assert second.attributes["spansight.feature"] == "checkout"


def test_no_host_at_all_gets_it_where_that_is_asked_for() -> None:
    with trip(SPANSIGHT_BAGGAGE_HOSTS="none") as travelled:
        first, second = travelled.works()
        assert first.attributes["spansight.feature"] == "checkout"
        assert "spansight.feature" not in second.attributes


def test_a_service_that_strangers_reach_need_not_believe_them() -> None:
    with trip(SPANSIGHT_ACCEPT_BAGGAGE="false") as travelled:
        first, second = travelled.works()
        assert "spansight.experiment" not in first.attributes
        assert "spansight.feature" not in second.attributes
