"""How processes end: nothing that ended is lost, and nobody waits for a Collector that is gone."""

import signal

import pytest

from spansight.demo.provider import ANSWER, Provider
from spansight.telemetry.lifecycle import PATIENCE_S
from support.otlp_sink import Sink, until
from support.processes import environment, python, run, running

NOWHERE = "http://127.0.0.1:9"


def settings(provider: Provider, endpoint: str) -> dict[str, str]:
    return environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=endpoint,
        # Only a flush sends: without one, nothing would have arrived by the end of a test.
        OTEL_BSP_SCHEDULE_DELAY="60000",
        SPANSIGHT_ENABLED="true",
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [([], -signal.SIGTERM), (["handler"], 7), (["handler", "late"], 7)],
    ids=["default", "the application's handler", "its handler was there before us"],
)
def test_sigterm_ends_a_program_as_it_would_without_us(
    provider: Provider, sink: Sink, arguments: list[str], code: int
) -> None:
    environ = settings(provider, sink.url)
    if "late" in arguments:
        del environ["SPANSIGHT_ENABLED"]
    with running(python("waits.py", *arguments), environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{ANSWER}\n"
        process.terminate()
        assert process.wait(10) == code
    assert [span.name for span in sink.spans] == ["chat gpt-4o"]


def test_a_collector_that_is_gone_costs_an_exit_no_more_than_the_bound(provider: Provider) -> None:
    bare = run(python("one.py"), environment(PROVIDER=provider.root))
    done = run(python("one.py"), settings(provider, NOWHERE))
    assert (done.code, done.output) == (bare.code, bare.output) == (0, f"{ANSWER}\n")
    assert done.errors == "spansight: 1 of 1 spans did not reach the Collector\n"
    # The import of OpenTelemetry, on a busy machine, takes the rest.
    assert done.seconds - bare.seconds < PATIENCE_S + 2


def test_spans_arrive_within_a_second_without_a_flush(provider: Provider, sink: Sink) -> None:
    environ = settings(provider, sink.url)
    del environ["OTEL_BSP_SCHEDULE_DELAY"]
    with running(python("waits.py"), environ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        until(lambda: len(sink.spans) == 1, within_s=2)
        process.kill()
