"""An application that sets OpenTelemetry up itself keeps what it set, and ours comes on top."""

import pytest

from spansight.conventions import attributes, events
from spansight.demo.provider import ANSWER, Provider
from support.otlp_sink import Sink
from support.processes import environment, python, run

KEPT = "spansight: the application's own {} is kept; Spansight adds its processors to it\n".format
BOTH = ["chat gpt-4o", "request"]


def settings(provider: Provider, sink: Sink, **more: str) -> dict[str, str]:
    return environment(PROVIDER=provider.root, OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, **more)


@pytest.mark.parametrize(
    ("arguments", "more", "said"),
    [
        ([], {"SPANSIGHT_ENABLED": "true"}, ""),
        (["instrument"], {}, ""),
        (
            ["twice"],
            {"SPANSIGHT_ENABLED": "true"},
            "Overriding of current TracerProvider is not allowed\n",
        ),
    ],
    ids=["set up after us", "set up before us, and we twice", "set up twice"],
)
def test_a_tracer_provider_is_kept(
    provider: Provider, sink: Sink, arguments: list[str], more: dict[str, str], said: str
) -> None:
    done = run(python("own.py", *arguments), settings(provider, sink, **more))
    assert done.output == f"{ANSWER}\nTrue {BOTH}\n"
    assert (done.code, done.errors) == (0, KEPT("TracerProvider") + said)
    assert sorted(span.name for span in sink.spans) == BOTH
    assert {span.resource["service.name"] for span in sink.spans} == {"own"}
    assert len({span.trace_id for span in sink.spans}) == 1


def test_spans_that_the_application_sends_to_the_collector_itself_are_not_sent_twice(
    provider: Provider, sink: Sink
) -> None:
    done = run(python("own.py", "otlp"), settings(provider, sink, SPANSIGHT_ENABLED="true"))
    assert (done.code, done.errors) == (0, KEPT("TracerProvider"))
    assert sorted(span.name for span in sink.spans) == BOTH


@pytest.mark.parametrize("instrumentor", ["official", "openllmetry"])
def test_the_applications_exporters_get_no_content(
    provider: Provider, sink: Sink, instrumentor: str
) -> None:
    environ = settings(
        provider,
        sink,
        SPANSIGHT_ENABLED="true",
        SPANSIGHT_INSTRUMENTOR=instrumentor,
    )
    run(python("own.py", "otlp"), environ)
    assert len(sink.spans) == 2
    assert ANSWER not in sink.text
    assert not {name for span in sink.spans for name in span.attributes} & set(attributes.CONTENT)


def test_a_provider_that_takes_no_processors_is_kept_and_named(
    provider: Provider, sink: Sink
) -> None:
    done = run(python("foreign.py"), settings(provider, sink, SPANSIGHT_ENABLED="true"))
    assert (done.code, done.output) == (0, f"{ANSWER}\nTrue\n")
    assert done.errors == (
        "spansight: the application's own TracerProvider is kept; "
        "it takes no processors: nothing is sent\n"
    )
    assert not sink.spans


def test_a_logger_provider_is_kept(provider: Provider, sink: Sink) -> None:
    environ = settings(provider, sink, SPANSIGHT_CAPTURE_CONTENT="true", SPANSIGHT_ENABLED="true")
    done = run(python("logs.py"), environ)
    assert done.output == "True 1\n"
    assert (done.code, done.errors) == (0, KEPT("LoggerProvider"))
    assert [event.name for event in sink.events] == [events.CONTENT]
