# ruff: noqa: SLF001 - a repair works on what upstream keeps to itself
# pyright: reportPrivateUsage=false
"""Whose service a client of OpenAI's calls: many others speak its protocol.

A price is looked up in the list of that service.  The names are those of the conventions.
"""

from functools import lru_cache
from typing import Any, Final

from openai import AsyncAzureOpenAI, AzureOpenAI

OPENAI: Final = "openai"
AZURE: Final = "azure.ai.openai"
SERVICES: Final = {
    "openai.azure.com": AZURE,
    "services.ai.azure.com": AZURE,
    "amazonaws.com": "aws.bedrock",
    "api.anthropic.com": "anthropic",
    "api.cohere.ai": "cohere",
    "api.deepseek.com": "deepseek",
    "generativelanguage.googleapis.com": "gcp.gemini",
    "aiplatform.googleapis.com": "gcp.vertex_ai",
    "api.groq.com": "groq",
    "api.mistral.ai": "mistral_ai",
    "api.moonshot.ai": "moonshot_ai",
    "api.perplexity.ai": "perplexity",
    "api.x.ai": "x_ai",
    "openrouter.ai": "openrouter",
}
"""End of a host's name → its service."""


def behind(resource: Any) -> str:  # noqa: ANN401 - chat, embeddings and the others share no base
    """Return the service that a resource of a client calls; OpenAI where nothing tells."""
    client = resource._client
    if isinstance(client, AzureOpenAI | AsyncAzureOpenAI):
        return AZURE
    return _at(client.base_url.host)


@lru_cache
def _at(host: str) -> str:
    found = (name for end, name in SERVICES.items() if f".{host}".endswith(f".{end}"))
    return next(found, OPENAI)
