"""What both programs of Amazon Bedrock's runtime ask, and how they read the answers."""

# Its library is installed in environments of their own, where this checker does not look.
# pyright: basic, reportMissingImports=false

import json

from botocore.config import Config
from steps import base_url

MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"
EMBEDDER = "amazon.titan-embed-text-v2:0"


def settings(scenario: str) -> dict:
    return {
        "service_name": "bedrock-runtime",
        "endpoint_url": f"{base_url(scenario)}/v1",
        "region_name": "us-east-1",
        "aws_access_key_id": "unused",
        "aws_secret_access_key": "unused",
        "config": Config(retries={"total_max_attempts": 1}),
    }


def asked(prompt: str) -> dict:
    messages = [{"role": "user", "content": [{"text": prompt}]}]
    return {"modelId": MODEL, "messages": messages, "inferenceConfig": {"maxTokens": 64}}


def invoking(prompt: str) -> dict:
    messages = [{"role": "user", "content": prompt}]
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 64, "messages": messages}
    return {"modelId": MODEL, "body": json.dumps(body)}


def embedding(prompt: str) -> dict:
    return {"modelId": EMBEDDER, "body": json.dumps({"inputText": prompt})}


def text(answer: dict) -> str:
    return "".join(block["text"] for block in answer["output"]["message"]["content"])


def delta(event: dict) -> str:
    return event.get("contentBlockDelta", {}).get("delta", {}).get("text", "")


def invoked_text(body: bytes) -> str:
    return json.loads(body)["content"][0]["text"]


def invoked_delta(event: dict) -> str:
    return json.loads(event["chunk"]["bytes"]).get("delta", {}).get("text", "")


def size(body: bytes) -> int:
    return len(json.loads(body)["embedding"])
