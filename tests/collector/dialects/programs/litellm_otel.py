"""LiteLLM's OpenTelemetry callback, which is what its proxy uses too."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

from concurrent.futures import Executor
from typing import Any

import litellm
from litellm.integrations.opentelemetry import OpenTelemetry, OpenTelemetryConfig
from tracing import QUESTION, base_url, tracing

ASKED: dict[str, Any] = {"messages": [{"role": "user", "content": QUESTION}], "api_key": "unused"}

with tracing() as provider:
    litellm.callbacks = [OpenTelemetry(OpenTelemetryConfig(), tracer_provider=provider)]
    litellm.completion(model="openai/gpt-4o", api_base=base_url("cached"), **ASKED)
    streamed = litellm.completion(
        model="openai/gpt-4o",
        api_base=base_url("reasoning"),
        stream=True,
        stream_options={"include_usage": True},
        **ASKED,
    )
    for _ in streamed:
        pass
    litellm.embedding(
        model="openai/text-embedding-3-small",
        input=[QUESTION],
        dimensions=4,
        api_base=base_url("ok"),
        api_key="unused",
    )
    # It logs after the answer, in threads of its own.
    executor: Executor = litellm.utils.executor
    executor.shutdown(wait=True)
