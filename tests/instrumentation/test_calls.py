"""What each way of a call becomes, by either instrumentor: real SDK, real wire, real process."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from dirty_equals import IsFloat
from inline_snapshot import snapshot

from spansight.conventions import attributes, events
from spansight.demo.provider import Provider
from spansight.telemetry.records.content import CHUNK_EVENT, NOT_ON_SPANS
from support.otlp_sink import Sink, Span, tree
from support.processes import Finished, environment, python, run

VOLATILE = ("server.port", "gen_ai.response.id")


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of every call, content captured."""

    sink: Sink
    done: Finished

    def root(self, stage: str) -> Span:
        (root,) = [span for span in self.sink.spans if span.name == stage]
        return root

    def call(self, stage: str) -> Span:
        """Return the one span of the call to the model in a stage."""
        root = self.root(stage)
        (call,) = [span for span in self.sink.spans if span.parent_id == root.span_id]
        return call

    def tree(self, stage: str) -> dict[str, Any]:
        shown = tree(self.sink.spans, self.root(stage))
        for span in (shown, *shown.get("children", ())):
            for name in VOLATILE:
                span["attributes"].pop(name, None)
        return shown


def ran(provider: Provider, instrumentor: str) -> Iterator[Ran]:
    with Sink() as sink:
        done = run(
            python("calls.py"),
            environment(
                PROVIDER=provider.root,
                OTEL_EXPORTER_OTLP_ENDPOINT=sink.url,
                SPANSIGHT_ENABLED="true",
                SPANSIGHT_CAPTURE_CONTENT="true",
                SPANSIGHT_INSTRUMENTOR=instrumentor,
            ),
        )
        yield Ran(sink, done)


@pytest.fixture(scope="module")
def official(provider: Provider) -> Iterator[Ran]:
    yield from ran(provider, "official")


@pytest.fixture(scope="module")
def openllmetry(provider: Provider) -> Iterator[Ran]:
    yield from ran(provider, "openllmetry")


@pytest.fixture(params=["official", "openllmetry"])
def either(request: pytest.FixtureRequest) -> Ran:
    return request.getfixturevalue(request.param)


def test_the_application_runs_as_it_would_without_us(either: Ran, provider: Provider) -> None:
    bare = run(python("calls.py"), environment(PROVIDER=provider.root))
    assert (either.done.code, either.done.output, either.done.errors) == (0, bare.output, "")
    assert bare.output.splitlines() == [
        "cut stream: APIConnectionError",
        "rate limit: RateLimitError",
        "server error: InternalServerError",
        "timeout: APITimeoutError",
    ]


def test_a_call_is_a_child_of_what_made_it(either: Ran) -> None:
    assert either.tree("ok") == snapshot(
        {
            "name": "ok",
            "kind": "INTERNAL",
            "attributes": {"spansight.stage": "ok"},
            "children": [
                {
                    "name": "chat gpt-4o",
                    "kind": "CLIENT",
                    "attributes": {
                        "gen_ai.operation.name": "chat",
                        "gen_ai.provider.name": "openai",
                        "gen_ai.request.model": "gpt-4o",
                        "gen_ai.response.finish_reasons": ["stop"],
                        "gen_ai.response.model": "gpt-4o-2024-08-06",
                        "gen_ai.usage.input_tokens": 3,
                        "gen_ai.usage.output_tokens": 9,
                        "server.address": "127.0.0.1",
                    },
                }
            ],
        }
    )


def test_an_error_is_told_on_the_call_and_on_its_stage(either: Ran) -> None:
    assert either.tree("rate limit") == snapshot(
        {
            "name": "rate limit",
            "kind": "INTERNAL",
            "attributes": {"error.type": "openai.RateLimitError", "spansight.stage": "rate limit"},
            "status": "ERROR",
            "events": ["exception"],
            "children": [
                {
                    "name": "chat gpt-4o",
                    "kind": "CLIENT",
                    "attributes": {
                        "error.type": "openai.RateLimitError",
                        "gen_ai.operation.name": "chat",
                        "gen_ai.provider.name": "openai",
                        "gen_ai.request.model": "gpt-4o",
                        "server.address": "127.0.0.1",
                    },
                    "status": "ERROR",
                }
            ],
        }
    )


@pytest.mark.parametrize(
    ("stage", "tokens"),
    [
        ("ok", (3, 9)),
        ("cached", (1024 + 3, 9)),
        ("reasoning", (3, 9 + 64)),
        ("stream", (3, 9)),
        ("stream without usage", (None, None)),
        ("tool call", (3, 4)),
        ("embeddings", (3, None)),
        ("responses", (2, 9)),
        ("asynchronous", (3, 9)),
        ("timeout", (None, None)),
    ],
)
def test_tokens_are_those_that_the_provider_reported(
    either: Ran, stage: str, tokens: tuple[int | None, int | None]
) -> None:
    said = either.call(stage).attributes
    assert (said.get(attributes.INPUT_TOKENS), said.get(attributes.OUTPUT_TOKENS)) == tokens


def test_cached_tokens_are_part_of_the_input(either: Ran) -> None:
    assert either.call("cached").attributes[attributes.CACHE_READ_TOKENS] == 1024


def test_the_answering_model_is_told_beside_the_requested_one(either: Ran) -> None:
    said = either.call("ok").attributes
    assert said[attributes.REQUEST_MODEL] == "gpt-4o"
    assert said[attributes.RESPONSE_MODEL] == "gpt-4o-2024-08-06"


def test_a_stream_tells_when_its_first_chunk_came(either: Ran) -> None:
    said = either.call("stream").attributes
    assert said[attributes.TIME_TO_FIRST_CHUNK] == IsFloat(gt=0, lt=either.call("stream").seconds)
    assert attributes.TIME_TO_FIRST_CHUNK not in either.call("ok").attributes


@pytest.mark.parametrize("stage", ["closed stream", "held stream"])
def test_an_unread_stream_is_a_call_all_the_same(either: Ran, stage: str) -> None:
    assert either.call(stage).attributes[attributes.OPERATION_NAME] == "chat"


def test_every_call_is_one_span(either: Ran) -> None:
    roots = [span for span in either.sink.spans if not span.parent_id]
    assert len(either.sink.spans) == 2 * len(roots)


def test_spans_carry_no_content_no_headers_and_no_event_a_chunk(either: Ran) -> None:
    for span in either.sink.spans:
        assert not NOT_ON_SPANS & span.attributes.keys()
        assert CHUNK_EVENT not in dict(span.events)


def test_content_is_an_event_of_its_call(either: Ran) -> None:
    call = either.call("ok")
    (event,) = [event for event in either.sink.events if event.span_id == call.span_id]
    assert (event.name, event.trace_id) == (events.CONTENT, call.trace_id)
    (said,) = event.attributes[attributes.INPUT_MESSAGES]
    (answered,) = event.attributes[attributes.OUTPUT_MESSAGES]
    assert said["parts"] == [{"type": "text", "content": "write to [EMAIL]"}]
    assert answered["parts"][0]["content"] == "The quick brown fox jumps over the lazy dog."


@pytest.mark.parametrize("secret", ["kim@example.com", "0123456789-secret", "sk-test-0123"])
def test_nothing_private_leaves_the_process(either: Ran, secret: str) -> None:
    assert secret not in either.sink.text
