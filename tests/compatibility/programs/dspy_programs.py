"""Programs of DSPy: chats by its own client, embeddings by LiteLLM."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportArgumentType=false
# pyright: reportAssignmentType=false, reportAttributeAccessIssue=false

import asyncio
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import dspy
from steps import WEATHER, base_url, run

ASKED = "question -> answer"


class Adapter(dspy.ChatAdapter):
    """Takes what the provider says for every field: it knows of none."""

    def parse(self, signature: type[dspy.Signature], completion: str) -> dict:
        said = {"next_tool_name": "weather", "next_tool_args": {"city": "Seoul"}}
        return {field: said.get(field, completion) for field in signature.output_fields}


def model(scenario: str = "ok", **options: object) -> dspy.LM:
    options = {"cache": False, "num_retries": 0} | options
    return dspy.LM(
        "openai/gpt-4o", api_base=f"{base_url(scenario)}/v1", api_key="unused", **options
    )


def weather(city: str) -> str:
    """Tell the weather in a city."""
    return f"{city}: {WEATHER}"


def chat(prompt: str, scenario: str = "ok", **options: object) -> list:
    return model(scenario, **options)(prompt)


def answered_from_cache(prompt: str) -> list:
    asked = model(cache=True)
    return [asked(prompt) for _ in range(2)]


async def asynchronously_from_cache(prompt: str) -> list:
    asked = model(cache=True)
    return [await asked.acall(prompt) for _ in range(2)]


async def asynchronous(prompt: str) -> list:
    return await model().acall(prompt)


async def parallel(prompt: str) -> list:
    asked = model()
    return await asyncio.gather(*(asked.acall(prompt) for _ in range(3)))


async def stream(prompt: str) -> list:
    streamed = dspy.streamify(dspy.Predict(ASKED))
    chunks = [chunk async for chunk in streamed(question=prompt)]
    return [len(chunks), chunks[-1].answer]


def react() -> dspy.ReAct:
    return dspy.ReAct(ASKED, tools=[weather], max_iters=1)


async def asynchronous_agent(prompt: str) -> str:
    return (await react().acall(question=prompt)).answer


def agent_with_native_tools(prompt: str) -> list[str]:
    """Run one that calls tools as the API has them; its only one ends its work."""
    with dspy.context(lm=model("tool_call"), adapter=dspy.JSONAdapter()):
        return [dspy.ReActV2(ASKED, tools=[])(question=prompt).answer]


def embedder() -> dspy.Embedder:
    return dspy.Embedder(
        "openai/text-embedding-3-small",
        api_base=f"{base_url()}/v1",
        api_key="unused",
        dimensions=4,
        caching=False,
    )


async def asynchronous_embeddings(prompt: str) -> list[float]:
    return (await embedder().acall(prompt)).tolist()


def search(prompt: str) -> list[str]:
    shelf = dspy.Embeddings([f"{prompt} {WEATHER}"], embedder(), k=1)
    return shelf(prompt).passages


# Nothing is remembered from one run to the next.
dspy.configure_cache(enable_disk_cache=False)
dspy.configure(lm=model(), adapter=Adapter())
run(
    {
        "chat": chat,
        "cached input": lambda prompt: chat(prompt, "cached"),
        "reasoning": lambda prompt: chat(prompt, "reasoning"),
        "answered from cache": answered_from_cache,
        "asynchronously from cache": asynchronously_from_cache,
        "responses": lambda prompt: chat(prompt, model_type="responses"),
        "asynchronous": asynchronous,
        "parallel": parallel,
        "program": lambda prompt: dspy.ChainOfThought(ASKED)(question=prompt).answer,
        "stream": stream,
        "agent": lambda prompt: react()(question=prompt).answer,
        "asynchronous agent": asynchronous_agent,
        "agent with native tools": agent_with_native_tools,
        "embeddings": lambda prompt: embedder()(prompt).tolist(),
        "asynchronous embeddings": asynchronous_embeddings,
        "search": search,
        "rate limit": lambda prompt: chat(prompt, "rate_limit"),
        "server error": lambda prompt: chat(prompt, "server_error"),
    }
)
