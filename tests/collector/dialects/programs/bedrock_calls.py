"""One conversation with a cached prompt, plain and streamed, one message and one embedding."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

import json
from typing import Any

import boto3
from tracing import QUESTION, base_url

MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
ASKED: dict[str, Any] = {
    "modelId": MODEL,
    "messages": [{"role": "user", "content": [{"text": QUESTION}]}],
}
MESSAGE = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 64,
    "messages": [{"role": "user", "content": QUESTION}],
}


def client(scenario: str) -> Any:  # noqa: ANN401 - boto3 makes its classes when it is asked
    """Return a client of one scenario."""
    return boto3.client(
        "bedrock-runtime",
        endpoint_url=base_url(scenario),
        region_name="us-east-1",
        aws_access_key_id="unused",
        aws_secret_access_key="unused",
    )


def ask() -> None:
    """Make the calls."""
    client("cached").converse(**ASKED)
    for _ in client("cached").converse_stream(**ASKED)["stream"]:
        pass
    client("ok").invoke_model(modelId=MODEL, body=json.dumps(MESSAGE))
    client("ok").invoke_model(
        modelId="amazon.titan-embed-text-v2:0", body=json.dumps({"inputText": QUESTION})
    )
