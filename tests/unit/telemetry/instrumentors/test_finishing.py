"""A call ends as OpenTelemetry ends it, whether or not calls inside it told something."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from openai.types.chat import ChatCompletion
from opentelemetry.instrumentation.genai.openai import (  # pyright: ignore[reportMissingTypeStubs]
    patch,
)
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.util.genai._inference_invocation import (  # pyright: ignore[reportMissingTypeStubs]
    InferenceInvocation,
)
from opentelemetry.util.genai.handler import (  # pyright: ignore[reportMissingTypeStubs]
    TelemetryHandler,
)
from opentelemetry.util.genai.types import (  # pyright: ignore[reportMissingTypeStubs]
    InputMessage,
    TextPart,
)

from spansight.telemetry.instrumentors import finishing
from support.recording import Recorded

REPLACED = ("enrich_from_context", "_record_client_metrics", "_apply_finish")


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = {name: vars(InferenceInvocation).get(name) for name in REPLACED}
    yield
    for name, method in before.items():
        if method:
            setattr(InferenceInvocation, name, method)
        elif name in vars(InferenceInvocation):
            delattr(InferenceInvocation, name)


def call(kind: str, *, meters: Any = None, hook: Any = None) -> None:  # noqa: ANN401 - either API's
    """Make a call that uses whatever there is to tell."""
    handler = TelemetryHandler(meter_provider=meters or NoOpMeterProvider(), completion_hook=hook)
    made = handler.inference("openai", request_model="gpt-4o", server_port=8080)
    with suppress(ZeroDivisionError), made as outer:
        outer.input_tokens = 7
        outer.cache_read_input_tokens = 0
        outer.finish_reasons = ["stop"]
        outer.input_messages = [InputMessage("user", [TextPart("a question")])]
        outer.attributes["more"] = "told"
        if kind == "inner":
            with handler.inference("openai", request_model="gpt-4o") as told:
                told.input_tokens = 5
                told.output_tokens = 3
                told.attributes["theirs"] = "kept"
        if kind == "streamed":
            outer.request_stream = True
            outer.record_stream_chunk()
        if kind == "failed":
            _ = 1 / 0


def said(recorded: Recorded) -> list[dict[str, Any]]:
    """Return what each span says, but for what differs from call to call."""
    timed = ("gen_ai.response.time_to_first_chunk",)
    spans = [dict(span.attributes or {}) for span in recorded.spans]
    return [{k: v if k not in timed else "timed" for k, v in one.items()} for one in spans]


@pytest.mark.parametrize("mode", ["no_content", "span_only", "event_only", "span_and_event"])
@pytest.mark.parametrize("kind", ["plain", "inner", "streamed", "failed"])
def test_a_call_tells_what_it_did_before(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch, kind: str, mode: str
) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", mode)
    call(kind)
    events_before = len(recorded.events)
    finishing.shorten()
    call(kind)
    before, after = said(recorded)
    assert after == before
    assert ("gen_ai.input.messages" in after) is mode.startswith("span")
    assert len(recorded.events) == 2 * events_before
    assert bool(events_before) is (mode != "no_content")
    known: dict[str, dict[str, Any]] = {
        "plain": {"gen_ai.usage.input_tokens": 7, "more": "told", "server.port": 8080},
        "inner": {"gen_ai.usage.output_tokens": 3, "theirs": "kept"},
        "streamed": {"gen_ai.request.stream": True, "gen_ai.response.time_to_first_chunk": "timed"},
        "failed": {"error.type": "ZeroDivisionError"},
    }
    assert known[kind].items() <= after.items()


def test_a_hook_sees_what_it_saw_before(recorded: Recorded) -> None:
    seen: list[dict[str, Any]] = []

    class Hook:
        def on_completion(self, **told: Any) -> None:  # noqa: ANN401 - upstream's
            seen.append(told)

    finishing.shorten()
    call("plain", hook=Hook())
    (told,) = seen
    assert told["inputs"] == [InputMessage("user", [TextPart("a question")])]
    assert told["span"].get_span_context() == recorded.spans[0].context


def test_answers_are_told_from_raw_ones_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    class Raw:
        def parse(self) -> None: ...

    monkeypatch.setattr(patch, "ParsableResponse", patch.ParsableResponse)
    answers: list[object] = [ChatCompletion.model_construct(), Raw(), "text"]
    before = [isinstance(one, patch.ParsableResponse) for one in answers]
    finishing.recognize()
    after = [isinstance(one, patch.ParsableResponse) for one in answers]
    assert after == before == [False, True, False]


def test_a_meter_that_records_gets_what_it_got_before(recorded: Recorded) -> None:
    reader = InMemoryMetricReader()
    finishing.shorten()
    call("plain", meters=MeterProvider(metric_readers=[reader]))
    data: Any = reader.get_metrics_data()
    names = {metric.name for metric in data.resource_metrics[0].scope_metrics[0].metrics}
    assert names == {"gen_ai.client.operation.duration", "gen_ai.client.token.usage"}
    assert len(recorded.spans) == 1


def test_the_installed_code_is_the_known_one() -> None:
    """Where this fails, read what upstream changed, adapt `finishing`, and note the digest.

    In a process of its own: another test may have loaded an instrumentor, and so put ours in place.
    """
    digests = (
        "from spansight.telemetry.instrumentors.finishing import ANSWERS, CODE; "
        "print(CODE.digest(), ANSWERS.digest())"
    )
    found = subprocess.check_output([sys.executable, "-c", digests], text=True)
    assert found.split() == [finishing.CODE.known, finishing.ANSWERS.known]


def test_unknown_code_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def enrich_from_context(self: object, data: object) -> None:
        """Do something that nobody knows."""

    monkeypatch.setattr(InferenceInvocation, "enrich_from_context", enrich_from_context)
    finishing.shorten()
    assert vars(InferenceInvocation)["enrich_from_context"] is enrich_from_context
