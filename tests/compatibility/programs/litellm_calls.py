"""LiteLLM as a library in front of OpenAI."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportArgumentType=false
# pyright: reportAssignmentType=false, reportAttributeAccessIssue=false

import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
from steps import base_url, run

litellm.suppress_debug_info = True
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def asked(prompt: str, scenario: str = "ok") -> dict:
    return {
        "model": "openai/gpt-4o",
        "messages": [{"role": "user", "content": prompt}],
        "base_url": f"{base_url(scenario)}/v1",
        "api_key": "unused",
        "max_retries": 0,
    }


def streamed(prompt: str) -> dict:
    return asked(prompt) | {"stream": True, "stream_options": {"include_usage": True}}


def text(chunk: litellm.ModelResponseStream) -> str:
    return "".join(choice.delta.content or "" for choice in chunk.choices)


def chat(prompt: str, scenario: str = "ok") -> str:
    return litellm.completion(**asked(prompt, scenario)).choices[0].message.content


def stream(prompt: str) -> str:
    return "".join(map(text, litellm.completion(**streamed(prompt))))


def tool_call(prompt: str) -> list[str]:
    answer = litellm.completion(**asked(prompt, "tool_call"), tools=[TOOL])
    return [call.function.arguments for call in answer.choices[0].message.tool_calls]


def to_embed(prompt: str) -> dict:
    return {
        "model": "openai/text-embedding-3-small",
        "input": [prompt],
        "dimensions": 4,
        "api_base": f"{base_url()}/v1",
        "api_key": "unused",
    }


def embeddings(prompt: str, **options: str) -> list[float]:
    return litellm.embedding(**to_embed(prompt), **options).data[0]["embedding"]


async def asynchronous_embeddings(prompt: str) -> list[float]:
    made = await litellm.aembedding(**to_embed(prompt))
    return made.data[0]["embedding"]


async def asynchronous(prompt: str) -> str:
    return (await litellm.acompletion(**asked(prompt))).choices[0].message.content


async def asynchronous_stream(prompt: str) -> str:
    return "".join([text(chunk) async for chunk in await litellm.acompletion(**streamed(prompt))])


run(
    {
        "chat": chat,
        "cached input": lambda prompt: chat(prompt, "cached"),
        "stream": stream,
        "tool call": tool_call,
        "embeddings": embeddings,
        "embeddings as floats": lambda prompt: embeddings(prompt, encoding_format="float"),
        "asynchronous embeddings": asynchronous_embeddings,
        "asynchronous": asynchronous,
        "asynchronous stream": asynchronous_stream,
        "rate limit": lambda prompt: chat(prompt, "rate_limit"),
    }
)
