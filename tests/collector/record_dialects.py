"""Record what real instrumentations send: `python -m collector.record_dialects [NAME …]` in tests/.

Each runs at its pinned version, in an environment of its own, against a scripted provider that
knows what it was used for.  A recording is OTLP JSON with its source and that usage; the tests
read the recordings, so that they need none of the packages.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

from collector.process import store
from spansight.demo.provider import Provider

Json = dict[str, Any]

HERE: Final = Path(__file__).parent / "dialects"
PROGRAMS: Final = HERE / "programs"
RECORDINGS: Final = HERE / "recordings"

OTEL: Final = ("opentelemetry-sdk==1.45.2", "opentelemetry-exporter-otlp-proto-http==1.45.2")
OPENAI: Final = "openai==3.54.0"
OTEL_OPENAI: Final = ("opentelemetry-instrumentation-genai-openai==1.3b0", OPENAI)
ANTHROPIC: Final = "anthropic==2.12.0"
LANGCHAIN: Final = ("langchain==1.4.7", "langchain-openai==1.7.3")
NODE: Final = (
    "@opentelemetry/sdk-trace-node@2.12.0",
    "@opentelemetry/otlp-transformer@0.223.1",
    "@opentelemetry/api@1.9.1",
    "zod@4.6.7",
)

# Of the machine that recorded, and different on every other.
_OURS: Final = re.compile(r"^(code|host|os|process|thread)\.|^service\.(instance\.id|version)$")


@dataclass(frozen=True, slots=True)
class Emitter:
    """One instrumentation: what it is made of, and the program that makes the calls."""

    packages: tuple[str, ...]
    program: tuple[str, ...]
    support: tuple[str, ...] = OTEL
    """What is installed with it but does not decide what it says."""
    environment: tuple[tuple[str, str], ...] = ()


def _instrumented(packages: tuple[str, ...], instrumentor: str, calls: str) -> Emitter:
    return Emitter(packages, ("instrumented.py", instrumentor, calls))


def _framework(packages: tuple[str, ...], name: str, *instrumentors: str) -> Emitter:
    """Return one of OpenTelemetry's own that tells content, which these do when they are asked."""
    return Emitter(
        packages,
        ("instrumented.py", ",".join(instrumentors), f"{name}_calls"),
        environment=(("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_ONLY"),),
    )


EMITTERS: Final[Mapping[str, Emitter]] = {
    "opentelemetry-openai": _instrumented(
        OTEL_OPENAI,
        "opentelemetry.instrumentation.genai.openai:OpenAIInstrumentor",
        "openai_calls",
    ),
    "opentelemetry-anthropic": _instrumented(
        ("opentelemetry-instrumentation-genai-anthropic==1.3b0", ANTHROPIC),
        "opentelemetry.instrumentation.genai.anthropic:AnthropicInstrumentor",
        "anthropic_calls",
    ),
    "opentelemetry-bedrock": _instrumented(
        ("opentelemetry-instrumentation-genai-bedrock==1.3b0", "boto3==1.44.5"),
        "opentelemetry.instrumentation.genai.bedrock:BedrockInstrumentor",
        "bedrock_calls",
    ),
    "opentelemetry-google-genai": _instrumented(
        ("opentelemetry-instrumentation-google-genai==1.3b0", "google-genai==2.34.0"),
        "opentelemetry.instrumentation.google_genai:GoogleGenAiSdkInstrumentor",
        "google_genai_calls",
    ),
    "opentelemetry-agno": _framework(
        ("opentelemetry-instrumentation-genai-agno==1.3b0", "agno==3.1.10", *OTEL_OPENAI),
        "agno",
        "opentelemetry.instrumentation.genai.agno:AgnoInstrumentor",
        "opentelemetry.instrumentation.genai.openai:OpenAIInstrumentor",
    ),
    "opentelemetry-dspy": _framework(
        ("opentelemetry-instrumentation-genai-dspy==1.3b0", "dspy==3.4.1"),
        "dspy",
        "opentelemetry.instrumentation.genai.dspy:DSPyInstrumentor",
    ),
    "opentelemetry-smolagents": _framework(
        (
            "opentelemetry-instrumentation-genai-smolagents==1.2b0",
            "smolagents==1.26.0",
            *OTEL_OPENAI,
        ),
        "smolagents",
        "opentelemetry.instrumentation.genai.smolagents:SmolagentsInstrumentor",
        "opentelemetry.instrumentation.genai.openai:OpenAIInstrumentor",
    ),
    "anthropic-sdk": Emitter((ANTHROPIC,), ("uninstrumented.py", "anthropic_calls")),
    "openllmetry-openai": _instrumented(
        ("opentelemetry-instrumentation-openai==0.62.4", OPENAI),
        "opentelemetry.instrumentation.openai:OpenAIInstrumentor",
        "openai_calls",
    ),
    "openllmetry-anthropic": _instrumented(
        ("opentelemetry-instrumentation-anthropic==0.62.4", ANTHROPIC),
        "opentelemetry.instrumentation.anthropic:AnthropicInstrumentor",
        "anthropic_calls",
    ),
    "openllmetry-langchain": _instrumented(
        ("opentelemetry-instrumentation-langchain==0.62.4", *LANGCHAIN),
        "opentelemetry.instrumentation.langchain:LangchainInstrumentor",
        "langchain_calls",
    ),
    "openinference-openai": _instrumented(
        ("openinference-instrumentation-openai==0.1.66", OPENAI),
        "openinference.instrumentation.openai:OpenAIInstrumentor",
        "openai_calls",
    ),
    "openinference-anthropic": _instrumented(
        ("openinference-instrumentation-anthropic==3.1.0", ANTHROPIC),
        "openinference.instrumentation.anthropic:AnthropicInstrumentor",
        "anthropic_calls",
    ),
    "openinference-langchain": _instrumented(
        ("openinference-instrumentation-langchain==0.1.80", *LANGCHAIN),
        "openinference.instrumentation.langchain:LangChainInstrumentor",
        "langchain_calls",
    ),
    "openlit-openai": Emitter(
        ("openlit==1.45.0", "openai==2.54.0"), ("openlit_calls.py", "openai_calls"), ()
    ),
    "openlit-anthropic": Emitter(
        ("openlit==1.45.0", "anthropic==0.125.0"), ("openlit_calls.py", "anthropic_calls"), ()
    ),
    "litellm": Emitter(("litellm==1.106.2",), ("litellm_otel.py",)),
    "pydantic-ai": Emitter(("pydantic-ai-slim[openai]==2.68.0",), ("pydantic_ai_agent.py",)),
    "logfire-openai": Emitter(
        ("logfire==5.2.0", OPENAI), ("logfire_calls.py", "openai", "openai_calls"), ()
    ),
    "logfire-anthropic": Emitter(
        ("logfire==5.2.0", ANTHROPIC), ("logfire_calls.py", "anthropic", "anthropic_calls"), ()
    ),
    "vercel-ai-5": Emitter(
        ("ai@5.0.277", "@ai-sdk/openai@2.0.131", "@ai-sdk/anthropic@2.0.112"),
        ("vercel_ai.mjs",),
        NODE,
    ),
    "vercel-ai-6": Emitter(
        ("ai@6.0.326", "@ai-sdk/openai@3.0.141", "@ai-sdk/anthropic@3.0.139"),
        ("vercel_ai.mjs",),
        NODE,
    ),
    "vercel-ai-7": Emitter(
        (
            "ai@7.0.173",
            "@ai-sdk/openai@4.0.118",
            "@ai-sdk/anthropic@4.0.105",
            "@ai-sdk/otel@1.0.173",
        ),
        ("vercel_ai.mjs",),
        NODE,
        (("AI_SDK_OTEL", "true"),),
    ),
}

CACHED, WRITTEN, UNCACHED, ANSWERED = 1024, 256, 12, 9
"""Tokens of each message; Anthropic's wire has the first three beside each other."""


def main() -> None:
    """Record what was named, or everything."""
    for name in sys.argv[1:] or EMITTERS:
        recording = record(EMITTERS[name])
        spans = sum(
            len(scope["spans"])
            for resource in recording["resourceSpans"]
            for scope in resource["scopeSpans"]
        )
        print(f"{name}: {spans} spans, {len(recording['usage'])} calls")  # noqa: T201 - a script
        text = json.dumps(recording, indent=1, ensure_ascii=False, sort_keys=True)
        (RECORDINGS / f"{name}.json").write_text(f"{text}\n", "utf-8")


def record(emitter: Emitter) -> Json:
    """Run one emitter and return its recording."""
    with Provider() as provider, anthropic() as messages, store() as receiver:
        environment = {
            **os.environ,
            **dict(emitter.environment),
            # The SDK's own spans would double those of the instrumentor around it.
            "ANTHROPIC_OPEN_TELEMETRY": str(emitter.program[0] == "uninstrumented.py").lower(),
            "PROVIDER": provider.root,
            "ANTHROPIC": f"http://127.0.0.1:{messages.server_port}",
            "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_METRICS_EXPORTER": "none",
            "OTEL_SERVICE_NAME": "recorded",
        }
        command = _command(emitter)
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if said.returncode:
            raise RuntimeError(f"{command}: {said.stdout[-2000:]}{said.stderr[-4000:]}")
        usage = [
            {
                "model": call.model,
                "input": call.input_tokens,
                "output": call.output_tokens,
                "cache_read": call.cached_tokens,
                "cache_write": 0,
                "reasoning": call.reasoning_tokens,
            }
            for call in provider.calls
        ]
        ports = (provider.port, messages.server_port)
        return {
            "source": {"packages": list(emitter.packages), "program": " ".join(emitter.program)},
            "usage": usage + messages.usage,
            "resourceSpans": _scrubbed([_plain(kept) for kept in receiver.spans], ports),
        }


def _command(emitter: Emitter) -> list[str]:
    program, *arguments = emitter.program
    packages = (*emitter.packages, *emitter.support)
    if program.endswith(".mjs"):
        # Modules are found beside the program that imports them.
        folder = _cache() / re.sub(r"\W+", "-", "-".join(emitter.packages))
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", folder, *packages], check=True)
        (folder / program).write_text((PROGRAMS / program).read_text("utf-8"), "utf-8")
        return ["node", str(folder / program)]
    with_them = [part for package in packages for part in ("--with", package)]
    run = ["uv", "run", "--quiet", "--no-project", "--isolated", "--python", sys.executable]
    return [*run, *with_them, "python", str(PROGRAMS / program), *arguments]


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "spansight-dialects"


def _plain(message: ResourceSpans) -> Json:
    """Return a message as OTLP JSON, whose identifiers are hexadecimal."""
    found: Json = MessageToDict(message)
    for scope, raw in zip(found["scopeSpans"], message.scope_spans, strict=True):
        for span, source in zip(scope["spans"], raw.spans, strict=True):
            span["traceId"], span["spanId"] = source.trace_id.hex(), source.span_id.hex()
            if source.parent_span_id:
                span["parentSpanId"] = source.parent_span_id.hex()
            span.pop("links", None)
    return found


def _scrubbed(found: Sequence[Json], ports: tuple[int, int]) -> list[Json]:
    """Return the spans without what names this machine, its ports included."""
    text = json.dumps(found)
    for port in ports:
        text = re.sub(rf"\b{port}\b", "8000", text)
    return json.loads(text, object_hook=_unnamed)


def _unnamed(found: Json) -> Json:
    if "attributes" in found:
        found["attributes"] = [it for it in found["attributes"] if not _OURS.search(it["key"])]
    return found


class Messages(ThreadingHTTPServer):
    """Answers like Anthropic's API, with cached tokens beside the input."""

    def __init__(self) -> None:
        self.usage: list[Json] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Messages  # pyright: ignore[reportIncompatibleVariableOverride] - ours alone serves it

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.usage.append(
            {
                "model": asked["model"],
                "input": UNCACHED + CACHED + WRITTEN,
                "output": ANSWERED,
                "cache_read": CACHED,
                "cache_write": WRITTEN,
                "reasoning": 0,
            }
        )
        streams = bool(asked.get("stream"))
        body = _events(asked["model"]) if streams else json.dumps(_message(asked["model"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if streams else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name upstream
        """Stay quiet."""


@contextmanager
def anthropic() -> Generator[Messages]:
    """Run the server."""
    with Messages() as started:
        Thread(target=started.serve_forever, daemon=True).start()
        yield started
        started.shutdown()


def _message(model: str) -> Json:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [{"type": "text", "text": "The quick brown fox."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": UNCACHED,
            "output_tokens": ANSWERED,
            "cache_read_input_tokens": CACHED,
            "cache_creation_input_tokens": WRITTEN,
            "cache_creation": {
                "ephemeral_5m_input_tokens": WRITTEN,
                "ephemeral_1h_input_tokens": 0,
            },
        },
    }


def _events(model: str) -> str:
    whole = _message(model)
    started: Json = {**whole, "content": [], "stop_reason": None}
    started["usage"] = {**whole["usage"], "output_tokens": 1}
    events: list[Json] = [
        {"type": "message_start", "message": started},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": whole["content"][0]["text"]},
        },
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": ANSWERED},
        },
        {"type": "message_stop"},
    ]
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)


if __name__ == "__main__":
    main()
