"""Every dialect, in the order in which the Collector asks for it, and names of providers."""

from typing import Final

from spansight.dialects.families import (
    by_hand,
    litellm,
    logfire,
    openinference,
    openlit,
    openllmetry,
    opentelemetry,
    vercel,
)
from spansight.dialects.model import Dialect

# The earlier conventions come last of the gen_ai.* dialects: most of those still use some names.
DIALECTS: Final[tuple[Dialect, ...]] = (
    openinference.OPENINFERENCE,
    vercel.VERCEL,
    vercel.VERCEL_7,
    openlit.OPENLIT,
    litellm.LITELLM,
    logfire.LOGFIRE,
    openllmetry.OPENLLMETRY,
    opentelemetry.EARLIER,
    by_hand.LLM,
    by_hand.RAG,
)

FIRST_CHUNK_EVENTS: Final = ("gen_ai.content.completion.chunk", "First Token Stream Event")
"""Span events of OpenLLMetry, one a chunk, and of OpenInference, one a stream."""

CONTENT_EVENTS: Final = r"^gen_ai\.(content\.|choice$|(system|user|assistant|tool)\.message$)"
"""Span events with content, of OpenLLMetry and of conventions before 1.37, and those of chunks."""

USUAL_PROVIDERS: Final = ("openai", "anthropic")
"""Names that need no translation, asked first: most calls stop there."""

PROVIDERS: Final = {
    "aws": "aws.bedrock",
    "bedrock": "aws.bedrock",
    "amazon-bedrock": "aws.bedrock",
    "az.ai.openai": "azure.ai.openai",
    "az.ai.inference": "azure.ai.inference",
    "azure": "azure.ai.openai",
    "azure_openai": "azure.ai.openai",
    "google": "gcp.gemini",
    "gemini": "gcp.gemini",
    "vertexai": "gcp.vertex_ai",
    "vertex_ai": "gcp.vertex_ai",
    "mistral": "mistral_ai",
    "mistralai": "mistral_ai",
    "moonshot": "moonshot_ai",
    "xai": "x_ai",
    "watsonx": "ibm.watsonx.ai",
}
"""Names of providers elsewhere → those of the conventions, for which there are prices."""
