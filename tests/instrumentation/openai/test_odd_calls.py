"""Calls as few make them: the application sees, and the provider is asked, what it would be."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from spansight.conventions import attributes
from spansight.demo.provider import Provider
from support.otlp_sink import Sink, Span
from support.processes import Finished, environment, python, run

ONCE = ("once", "once, streamed", "once, raw", "once, awaited")
WORDLESS = ("chat", "stream", "response", "embedding")


@dataclass(frozen=True, slots=True)
class Ran:
    """Both runs of the program: as it is, and observed with content."""

    bare: Finished
    done: Finished
    spans: list[Span]

    def call(self, stage: str) -> Span:
        (around,) = [span for span in self.spans if span.name == stage]
        (call,) = [span for span in self.spans if span.parent_id == around.span_id]
        return call


@pytest.fixture(scope="module", params=["official", "openllmetry"])
def ran(request: pytest.FixtureRequest, provider: Provider) -> Iterator[Ran]:
    with Sink() as sink:
        bare = run(python("odd.py"), environment(PROVIDER=provider.root))
        done = run(
            python("odd.py"),
            environment(
                PROVIDER=provider.root,
                OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
                SPANSIGHT_ENABLED="true",
                SPANSIGHT_CAPTURE_CONTENT="true",
                SPANSIGHT_INSTRUMENTOR=request.param,
            ),
        )
        yield Ran(bare, done, sink.spans)


def test_the_application_notices_nothing(ran: Ran) -> None:
    assert (ran.done.output, ran.done.errors) == (ran.bare.output, "")
    asked = [line for line in ran.bare.output.splitlines() if line.startswith("{")]
    assert len(asked) == len(ONCE)
    assert all("Because." in line and '"tools": [{' in line for line in asked)
    assert ran.bare.output.count("raised WordlessError") == len(WORDLESS) + 1


@pytest.mark.parametrize("case", ONCE)
def test_a_call_is_named_by_its_model(ran: Ran, case: str) -> None:
    call = ran.call(case)
    assert call.name == "chat gpt-4o"
    assert call.attributes[attributes.REQUEST_MODEL] == "gpt-4o"


@pytest.mark.parametrize("case", [*(f"wordless {what}" for what in WORDLESS), "wordless, awaited"])
def test_an_error_without_words_is_told_by_its_type(ran: Ran, case: str) -> None:
    call = ran.call(case)
    assert call.status == "ERROR"
    assert call.attributes[attributes.ERROR_TYPE] == "__main__.WordlessError"
