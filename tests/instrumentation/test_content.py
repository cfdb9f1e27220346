"""What leaves a process that is told secrets everywhere: read from the bytes on the wire."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import pytest

from privacy import corpus
from spansight.conventions import attributes, events
from spansight.demo.provider import Provider
from support.otlp_sink import Sink
from support.processes import Finished, environment, python, run

IMAGE: Final = bytes(range(256)) * 16
ENCODED: Final = base64.b64encode(IMAGE).decode()
PLAIN: Final = ("url-passw0rd-1", "hdr-t0ken-0123456789", "query-s3cret")
KINDS: Final = ("EMAIL", "PHONE", "RRN", "CARD", "IBAN", "IP", "JWT", "API_KEY")


def secrets() -> list[str]:
    """Return three secrets of every kind."""
    found = {kind: list[str]() for kind in KINDS}
    for case in corpus.positives():
        if case.kind in found and case.secret in case.text and "[" not in case.text:
            found[case.kind].append(case.secret)
    return [secret for known in found.values() for secret in dict.fromkeys(known[:6])]


SECRETS: Final = secrets()


@dataclass(frozen=True, slots=True)
class Ran:
    """One run, and what it sent."""

    sink: Sink
    done: Finished
    instrumentor: str
    captures: bool


@pytest.fixture(
    scope="module", params=[*product(("official", "openllmetry"), (True, False))], ids=str
)
def ran(request: pytest.FixtureRequest, provider: Provider) -> Iterator[Ran]:
    """Run the program with either instrumentor, content captured and not."""
    instrumentor, captures = request.param
    said = {
        "url": PLAIN[:1],
        "header": PLAIN[1:2],
        "query": PLAIN[2:],
        "key": ["sk-test-0123456789abcdef0123"],
        "text": [f"연락처: {', '.join(SECRETS)} 입니다"],
    }
    with Sink() as sink:
        done = run(
            python("private.py"),
            environment(
                PROVIDER=provider.root,
                SECRETS=json.dumps(said),
                BLOB=ENCODED,
                OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
                OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED="true",
                OTEL_EXPERIMENTAL_RESOURCE_DETECTORS="process,otel",
                SPANSIGHT_ENABLED="true",
                SPANSIGHT_CAPTURE_CONTENT=str(captures).lower(),
                SPANSIGHT_INSTRUMENTOR=instrumentor,
            ),
        )
        yield Ran(sink, done, instrumentor, captures)


def test_the_application_notices_nothing(ran: Ran) -> None:
    assert (ran.done.code, ran.done.output) == (0, "done"), ran.done.errors
    assert "Traceback" not in ran.done.errors


@pytest.mark.parametrize(
    "secret", [*SECRETS, *PLAIN, "swordfish-1", "sk-test-0123", ENCODED[:64], ENCODED[-64:]]
)
def test_no_secret_is_in_any_byte_that_left(ran: Ran, secret: str) -> None:
    assert ran.sink.spans
    for written in (secret, json.dumps(secret)[1:-1]):
        assert written.encode() not in ran.sink.raw


def test_content_leaves_only_where_it_is_asked_for(ran: Ran) -> None:
    told = [event for event in ran.sink.events if event.name == events.CONTENT]
    assert bool(told) is ran.captures
    assert ("질문".encode() in ran.sink.raw) is ran.captures
    for span in ran.sink.spans:
        assert not set(attributes.CONTENT) & span.attributes.keys()


def test_an_image_is_told_by_type_size_and_hash(ran: Ran) -> None:
    digest = hashlib.sha256(IMAGE).hexdigest()[:16]
    summary = f"[image/png, {len(IMAGE)} bytes, sha256 {digest}]".encode()
    # OpenLLMetry leaves out every message of a call that has an image.
    told = ran.captures and ran.instrumentor == "official"
    assert (summary in ran.sink.raw) is told


def test_every_request_is_valid_and_none_is_lost_for_an_odd_character(ran: Ran) -> None:
    odd = [span for span in ran.sink.spans if span.name.startswith("lone ")]
    assert [span.name for span in odd] == ["lone \ufffd halves 😀 nul \0 bidi \u202e end"]
