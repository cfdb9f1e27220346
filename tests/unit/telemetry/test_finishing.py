"""A call ends as OpenTelemetry ends it, whether or not calls inside it told something."""

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.util.genai._inference_invocation import (  # pyright: ignore[reportMissingTypeStubs]
    InferenceInvocation,
)
from opentelemetry.util.genai.handler import (  # pyright: ignore[reportMissingTypeStubs]
    TelemetryHandler,
)

from spansight.telemetry import finishing
from support.recording import Recorded

REPLACED = ("enrich_from_context", "_record_client_metrics")


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = {name: vars(InferenceInvocation).get(name) for name in REPLACED}
    yield
    for name, method in before.items():
        if method:
            setattr(InferenceInvocation, name, method)
        elif name in vars(InferenceInvocation):
            delattr(InferenceInvocation, name)


def call(*, inner: bool, meters: Any = None) -> None:  # noqa: ANN401 - either API's
    handler = TelemetryHandler(meter_provider=meters or NoOpMeterProvider())
    with handler.inference("openai", request_model="gpt-4o") as outer:
        outer.input_tokens = 7
        if inner:
            with handler.inference("openai", request_model="gpt-4o") as told:
                told.input_tokens = 5
                told.output_tokens = 3
                told.attributes["theirs"] = "kept"


@pytest.mark.parametrize("inner", [False, True])
def test_a_call_tells_what_it_did_before(
    recorded: Recorded,
    inner: bool,  # noqa: FBT001 - the case
) -> None:
    call(inner=inner)
    finishing.shorten()
    call(inner=inner)
    before, after = recorded.spans
    assert dict(after.attributes or {}) == dict(before.attributes or {})
    said = {"gen_ai.usage.input_tokens": 7}
    said |= {"gen_ai.usage.output_tokens": 3, "theirs": "kept"} if inner else {}
    assert said.items() <= dict(after.attributes or {}).items()


def test_a_meter_that_records_gets_what_it_got_before(recorded: Recorded) -> None:
    reader = InMemoryMetricReader()
    finishing.shorten()
    call(inner=False, meters=MeterProvider(metric_readers=[reader]))
    data: Any = reader.get_metrics_data()
    names = {metric.name for metric in data.resource_metrics[0].scope_metrics[0].metrics}
    assert names == {"gen_ai.client.operation.duration", "gen_ai.client.token.usage"}
    assert len(recorded.spans) == 1


def test_the_installed_code_is_the_known_one() -> None:
    """Where this fails, read what upstream changed, adapt `finishing`, and note the digest."""
    assert finishing.CODE.digest() == finishing.CODE.known


def test_unknown_code_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def enrich_from_context(self: object, data: object) -> None:
        """Do something that nobody knows."""

    monkeypatch.setattr(InferenceInvocation, "enrich_from_context", enrich_from_context)
    finishing.shorten()
    assert vars(InferenceInvocation)["enrich_from_context"] is enrich_from_context
