"""How processes end: nothing that ended is lost, and nobody waits for a Collector that is gone."""

import signal
import socket
import time
from collections.abc import Iterator

import pytest

from spansight.conventions import attributes
from spansight.demo.provider import ANSWER, Provider
from spansight.telemetry.process.lifecycle import PATIENCE_S
from support.otlp_sink import Sink, until
from support.processes import environment, python, run, running

CALL = "chat gpt-4o"


def settings(provider: Provider, endpoint: str, **more: str) -> dict[str, str]:
    # Only a flush sends: without one, nothing would have arrived by the end of a test.
    delays = {"OTEL_BSP_SCHEDULE_DELAY": "60000", "OTEL_BLRP_SCHEDULE_DELAY": "60000"}
    return environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=endpoint,
        SPANSIGHT_ENABLED="true",
        **(delays | more),
    )


@pytest.mark.parametrize(("end", "code"), [("return", 0), ("exit", 3), ("raise", 1)])
def test_a_program_ends_as_it_would_without_us_and_loses_nothing(
    provider: Provider, sink: Sink, end: str, code: int
) -> None:
    bare = run(python("ends.py", end), environment(PROVIDER=provider.root))
    done = run(python("ends.py", end), settings(provider, sink.url))
    assert (done.code, done.errors) == (bare.code, bare.errors)
    assert done.code == code
    assert [span.name for span in sink.spans] == [CALL]


@pytest.mark.parametrize(
    ("number", "how", "code"),
    [
        (signal.SIGTERM, [], -signal.SIGTERM),
        (signal.SIGTERM, ["handler"], 7),
        (signal.SIGTERM, ["handler", "here"], 7),
        (signal.SIGINT, [], -signal.SIGINT),
        (signal.SIGINT, ["thread", "here"], -signal.SIGINT),
    ],
    ids=[
        "SIGTERM",
        "the application's handler, after ours",
        "the application's handler, before ours",
        "SIGINT",
        "SIGINT, switched on in a thread, and again",
    ],
)
def test_a_signal_ends_a_program_as_it_would_without_us_and_loses_nothing(
    provider: Provider, sink: Sink, number: signal.Signals, how: list[str], code: int
) -> None:
    environ = settings(provider, sink.url)
    if "here" in how:
        del environ["SPANSIGHT_ENABLED"]
        how = [*how, "instrument"]
    with running(python("ends.py", *how, "wait"), environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{ANSWER}\n"
        process.stdout.readline()
        process.send_signal(number)
        assert process.wait(10) == code
    assert [span.name for span in sink.spans] == [CALL]


@pytest.mark.parametrize("how", ["return", "default", "thread"])
def test_what_is_older_than_a_second_survives_any_end(
    provider: Provider, sink: Sink, how: str
) -> None:
    environ = environment(
        PROVIDER=provider.root,
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
        **({} if how == "thread" else {"SPANSIGHT_ENABLED": "true"}),
    )
    with running(python("ends.py", how, "wait"), environ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        ended = float(process.stdout.readline())
        until(lambda: len(sink.spans) == 1)
        # One second is the schedule, the rest a busy machine's.  The SDK's own takes five.
        assert time.monotonic() - ended < 4
        process.kill()


def test_a_call_that_is_open_at_the_end_is_ended_and_says_so(
    provider: Provider, sink: Sink
) -> None:
    done = run(python("ends.py", "hold"), settings(provider, sink.url))
    assert (done.code, done.errors) == (0, "")
    read, held = sink.spans
    assert (read.name, held.name) == (CALL, CALL)
    assert attributes.UNFINISHED not in read.attributes
    assert held.attributes[attributes.UNFINISHED] is True
    assert held.status == "UNSET"


def test_a_decorated_call_that_is_open_at_the_end_is_a_call(sink: Sink) -> None:
    done = run(
        python("held.py"),
        environment(OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, SPANSIGHT_ENABLED="true"),
    )
    assert (done.code, done.errors) == (0, "")
    assert len(sink.spans) == 3
    for span in sink.spans:
        assert span.attributes[attributes.OPERATION_NAME] == "chat"
        assert span.attributes[attributes.REQUEST_MODEL] == "local-1"
        assert span.attributes[attributes.TIME_TO_FIRST_CHUNK] > 0
        assert span.attributes[attributes.UNFINISHED] is True


@pytest.fixture(params=["nobody listens", "somebody listens and never answers"])
def gone(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the address of a Collector that is not there, in either way."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        if request.param == "nobody listens":
            listening.close()
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("more", "lost"),
    [
        ({}, "1 of 1 spans"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "1 of 1 spans"),
        (
            {"SPANSIGHT_CAPTURE_CONTENT": "true", "OTEL_METRICS_EXPORTER": "otlp"},
            "1 of 1 spans and 1 of 1 events",
        ),
    ],
    ids=["HTTP", "gRPC", "every signal"],
)
def test_a_collector_that_is_gone_costs_an_exit_no_more_than_the_bound(
    provider: Provider, gone: str, more: dict[str, str], lost: str
) -> None:
    done = run(python("ends.py"), settings(provider, gone, **more))
    ended = time.monotonic()
    answer, began = done.output.splitlines()
    assert (done.code, answer) == (0, ANSWER)
    assert done.errors == f"spansight: {lost} did not reach the Collector\n"
    # Two seconds are promised; two more are a busy machine's.  The SDK alone takes 13.
    assert PATIENCE_S < 2
    assert ended - float(began) < 4
