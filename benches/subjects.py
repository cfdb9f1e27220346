"""What is measured: ours, and what others offer for the same job.  Data only.

A subject runs in an environment of its own, with the same client, and sends to the same receiver.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

OPENAI: Final = "openai==3.54.0"
_SDK: Final = ("opentelemetry-sdk==1.45.2", "opentelemetry-exporter-otlp-proto-http==1.45.2")
_LANGFUSE: Final = {"LANGFUSE_PUBLIC_KEY": "unused", "LANGFUSE_SECRET_KEY": "unused"}
_OFFICIAL: Final = "opentelemetry.instrumentation.genai.openai:OpenAIInstrumentor"
_EVENTS: Final = {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "event_only"}


@dataclass(frozen=True, slots=True)
class Subject:
    """One way to observe the calls of the OpenAI client."""

    name: str
    packages: tuple[str, ...]
    """Beside the client; `.` is this checkout."""
    kind: Literal["spansight", "instrumentor", "module", "client"]
    target: str = ""
    """The instrumentor, the module to import, or the function that is given a client."""
    captures_content: bool = False
    environ: dict[str, str] = field(default_factory=dict[str, str])
    endpoint: str = "OTEL_EXPORTER_OTLP_ENDPOINT"
    """The variable that names the receiver."""


SUBJECTS: Final = (
    Subject("Spansight", (".",), "spansight"),
    Subject(
        "Spansight, content",
        (".",),
        "spansight",
        captures_content=True,
        environ={"SPANSIGHT_CAPTURE_CONTENT": "true"},
    ),
    Subject(
        "Spansight, evaluating",
        (".",),
        "spansight",
        environ={"SPANSIGHT_EVALUATE": "usual"},
    ),
    Subject(
        "OpenTelemetry",
        (*_SDK, "opentelemetry-instrumentation-genai-openai==1.3b0"),
        "instrumentor",
        _OFFICIAL,
    ),
    Subject(
        "OpenLLMetry",
        (*_SDK, "opentelemetry-instrumentation-openai==0.62.4"),
        "instrumentor",
        "opentelemetry.instrumentation.openai:OpenAIInstrumentor",
        environ={"TRACELOOP_TRACE_CONTENT": "false"},
    ),
    Subject(
        "OpenLLMetry, content",
        (*_SDK, "opentelemetry-instrumentation-openai==0.62.4"),
        "instrumentor",
        "opentelemetry.instrumentation.openai:OpenAIInstrumentor",
        captures_content=True,
    ),
    Subject(
        "OpenInference, content",
        (*_SDK, "openinference-instrumentation-openai==0.1.66"),
        "instrumentor",
        "openinference.instrumentation.openai:OpenAIInstrumentor",
        captures_content=True,
    ),
    Subject(
        "OpenInference",
        (*_SDK, "openinference-instrumentation-openai==0.1.66"),
        "instrumentor",
        "openinference.instrumentation.openai:OpenAIInstrumentor",
        environ={"OPENINFERENCE_HIDE_INPUTS": "true", "OPENINFERENCE_HIDE_OUTPUTS": "true"},
    ),
    Subject(
        "Langfuse, content",
        ("langfuse==5.0.4",),
        "module",
        "langfuse.openai",
        captures_content=True,
        environ=_LANGFUSE,
        endpoint="LANGFUSE_BASE_URL",
    ),
    Subject(
        "Opik, content",
        ("opik==2.2.122",),
        "client",
        "opik.integrations.openai:track_openai",
        captures_content=True,
        environ={"OPIK_SENTRY_ENABLE": "false"},
        endpoint="OPIK_URL_OVERRIDE",
    ),
)
