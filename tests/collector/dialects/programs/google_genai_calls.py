"""One answer to a cached prompt, one streamed with thoughts, one interaction, one embedding."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

from google import genai
from google.genai import types
from tracing import QUESTION, base_url

MODEL = "gemini-2.5-flash"


def client(scenario: str) -> genai.Client:
    """Return a client of one scenario."""
    # It puts the version of the API behind the address itself.
    options = types.HttpOptions(base_url=base_url(scenario).removesuffix("/v1"))
    return genai.Client(api_key="unused", http_options=options)


def ask() -> None:
    """Make the calls."""
    cached, reasoning, ok = map(client, ("cached", "reasoning", "ok"))
    cached.models.generate_content(model=MODEL, contents=QUESTION)
    for _ in reasoning.models.generate_content_stream(model=MODEL, contents=QUESTION):
        pass
    reasoning.interactions.create(model=MODEL, input=QUESTION)
    ok.models.embed_content(model="gemini-embedding-001", contents=QUESTION)
