"""What real instrumentations sent, through the real Collector: the same calls, in one shape."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from google.protobuf.json_format import ParseDict
from inline_snapshot import external_file
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from collector import otlp
from collector.exposition import samples
from collector.process import Collector, eventually
from spansight.conventions import attributes, labels, metrics
from spansight.dialects.table import DIALECTS

pytestmark = pytest.mark.stack

HERE: Final = Path(__file__).parent / "dialects"
NAMES: Final = sorted(path.stem for path in (HERE / "recordings").glob("*.json"))

USAGE: Final = {
    "input": attributes.INPUT_TOKENS,
    "output": attributes.OUTPUT_TOKENS,
    "cache_read": attributes.CACHE_READ_TOKENS,
    "cache_write": attributes.CACHE_WRITE_TOKENS,
    "reasoning": attributes.REASONING_TOKENS,
}

LOST: Final[dict[str, set[tuple[int, str]]]] = {
    # The stream's last count includes the first, and is added to it.
    "openllmetry-anthropic": {(1, "output")},
    # Parts that are not read from the end of a stream.
    "openllmetry-openai": {(1, "reasoning")},
    "openlit-openai": {(1, "reasoning")},
    # What was thought in an interaction, which this API tells beside the output.
    "opentelemetry-google-genai": {(2, "output")},
    "openlit-anthropic": {(1, "input"), (1, "cache_read"), (1, "cache_write")},
    # Version 5 tells parts on streams only, 7 never tells of reasoning.
    "vercel-ai-5": {(3, "cache_read")},
    "vercel-ai-7": {(4, "reasoning")},
}
"""Call and count that an emitter leaves out or gets wrong, so that no Collector can know it; fails
when an emitter recorded anew gets it right."""

NO_STREAM: Final = {
    "opentelemetry-dspy",
    "pydantic-ai",
    "openllmetry-langchain",
    "openinference-langchain",
}
"""Recordings whose programs ask for no stream."""

NO_CONTENT: Final = {
    "anthropic-sdk",
    "opentelemetry-anthropic",
    "opentelemetry-bedrock",
    "opentelemetry-google-genai",
    "opentelemetry-openai",
}
"""Emitters that keep content to themselves unless asked."""

WRITTEN: Final = re.compile("brown fox|fox jumps")

KNOWN: Final = re.compile(
    "|".join(
        [
            *(re.escape(row.theirs) for dialect in DIALECTS for row in dialect.rows),
            *(re.escape(name) for dialect in DIALECTS for name in (*dialect.drops, *dialect.costs)),
            *(f"(?:{names})" for dialect in DIALECTS for names in dialect.content),
            *map(
                re.escape,
                (
                    *attributes.CONTENT,
                    attributes.OPERATION_NAME,
                    attributes.PROVIDER_NAME,
                    attributes.REQUEST_STREAM,
                ),
            ),
            *map(re.escape, USAGE.values()),
            r"gen_ai\.cost\..*",  # one cost on a span: the cost step takes the others
        ]
    )
)
"""Attributes that the table names, and those of ours that it may write."""

# Of the price table, of the clock, and of the tokens per second that follow from it.
UNSTABLE: Final = ("spansight.cost.", attributes.TOKENS_PER_SECOND, attributes.TIME_TO_FIRST_CHUNK)


def recording(name: str) -> dict[str, Any]:
    text = (HERE / "recordings" / f"{name}.json").read_text("utf-8")
    return json.loads(text, object_hook=_without_identifiers)


def _without_identifiers(found: dict[str, Any]) -> dict[str, Any]:
    """OTLP JSON has them in hexadecimal, which protobuf's own reader takes for base64."""
    return {key: value for key, value in found.items() if not key.endswith("Id")}


def sent(name: str, service: str) -> ExportTraceServiceRequest:
    """Return the recorded request, as another service's."""
    request = ExportTraceServiceRequest()
    for recorded in recording(name)["resourceSpans"]:
        resource = request.resource_spans.add()
        ParseDict(recorded, resource, ignore_unknown_fields=True)
        del resource.resource.attributes[:]
        resource.resource.attributes.extend(otlp.pairs({"service.name": service}))
    return request


def normalised(collector: Collector, name: str, service: str) -> list[Span]:
    request = sent(name, service)
    collector.send(request)
    count = sum(
        len(scope.spans) for resource in request.resource_spans for scope in resource.scope_spans
    )
    return collector.spans(service, count)


def calls(spans: list[Span]) -> list[dict[str, Any]]:
    found = [otlp.plain(span.attributes) for span in spans]
    return [
        one
        for one in found
        if one.get(attributes.OPERATION_NAME) in attributes.INFERENCE_OPERATIONS
    ]


def readable(span: Span) -> dict[str, Any]:
    said = otlp.plain(span.attributes)
    return {
        "name": span.name,
        **{key: said[key] for key in sorted(said) if not key.startswith(UNSTABLE)},
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_call_counts_once_and_as_the_provider_counted(
    collector: Collector, name: str
) -> None:
    truth = sorted(recording(name)["usage"], key=lambda call: call["model"])
    found = sorted(
        calls(normalised(collector, name, f"{name}-usage")),
        key=lambda call: str(call[attributes.REQUEST_MODEL]),
    )
    assert [call[attributes.REQUEST_MODEL] for call in found] == [call["model"] for call in truth]
    wrong = {
        (position, part)
        for position, (call, told) in enumerate(zip(found, truth, strict=True))
        for part, attribute in USAGE.items()
        if call.get(attribute, 0) != told[part]
    }
    assert wrong == LOST.get(name, set())


@pytest.mark.parametrize("name", NAMES)
def test_the_metrics_count_what_the_provider_counted(collector: Collector, name: str) -> None:
    """Neither a container nor a second span of one call adds to a sum."""
    service = f"{name}-metrics"
    spans = normalised(collector, name, service)
    truth = recording(name)["usage"]
    told = {key: sum(call.get(key, 0) for call in calls(spans)) for key in USAGE.values()}

    def counted() -> dict[str, float]:
        found: dict[str, float] = {}
        for (family, said), value in samples(collector.exposition()).items():
            if ("service", service) in said:
                direction = dict(said).get(labels.DIRECTION, "")
                found[family + direction] = found.get(family + direction, 0) + value
        assert found.get(metrics.REQUEST.prometheus) == len(truth)
        return found

    found = eventually(counted)
    assert found[f"{metrics.TOKENS.prometheus}input"] == told[attributes.INPUT_TOKENS]
    assert found[f"{metrics.TOKENS.prometheus}output"] == told[attributes.OUTPUT_TOKENS]


# Dollars a million tokens: claude-sonnet-4-5 on Bedrock 3.3 in, 0.33 cached, 16.5 out, Titan 0.02;
# gemini-2.5-flash 0.3, 0.03 and 2.5, gemini-embedding-001 0.15.
@pytest.mark.parametrize(
    ("name", "usd"),
    [
        ("opentelemetry-bedrock", 3 * (6 * 3.3 + 9 * 16.5) + 2 * 1024 * 0.33 + 6 * 0.02),
        ("opentelemetry-google-genai", 18 * 0.3 + 1024 * 0.03 + (9 + 73 + 9) * 2.5 + 6 * 0.15),
    ],
)
def test_calls_cost_what_their_provider_asks(collector: Collector, name: str, usd: float) -> None:
    found = calls(normalised(collector, name, f"{name}-cost"))
    assert {call[attributes.COST_STATUS] for call in found} == {"priced"}
    assert sum(call[attributes.COST_USD] for call in found) == pytest.approx(usd / 1e6)


@pytest.mark.parametrize("name", NAMES)
def test_what_the_table_does_not_name_passes_untouched(collector: Collector, name: str) -> None:
    before = [
        otlp.plain(span.attributes)
        for resource in sent(name, name).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    after = [otlp.plain(span.attributes) for span in normalised(collector, name, f"{name}-others")]
    for said, found in zip(before, after, strict=True):
        others = {key: value for key, value in said.items() if not KNOWN.fullmatch(key)}
        assert {key: found.get(key) for key in others} == others


@pytest.mark.parametrize("name", NAMES)
def test_a_stream_says_so(collector: Collector, name: str) -> None:
    """A wire of chunks was recorded where a program asks for a stream: once each, if at all."""
    found = calls(normalised(collector, name, f"{name}-stream"))
    streams = sum(call.get(attributes.REQUEST_STREAM) is True for call in found)
    assert streams == (0 if name in NO_STREAM else 1)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_anyone_wrote_is_left(collector: Collector, name: str) -> None:
    assert WRITTEN.search(str(recording(name)["resourceSpans"])) or name in NO_CONTENT
    spans = normalised(collector, name, f"{name}-content")
    left = [readable(span) for span in spans if WRITTEN.search(str(readable(span)))]
    assert left == []
    removed = [otlp.plain(span.attributes).get(attributes.CONTENT_REMOVED, 0) for span in spans]
    assert any(removed) == (name not in NO_CONTENT)


def test_every_statement_can_be_executed(collector: Collector) -> None:
    for name in NAMES:
        normalised(collector, name, f"{name}-statements")
    assert "failed to execute statement" not in collector.log.read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_shape_of_every_recording(collector: Collector, name: str) -> None:
    shapes = [readable(span) for span in normalised(collector, name, name)]
    assert shapes == external_file(HERE / "golden" / f"{name}.json")
