"""LlamaIndex with models of OpenAI."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportArgumentType=false
# pyright: reportAssignmentType=false, reportAttributeAccessIssue=false

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.agent import FunctionAgent
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI
from steps import WEATHER, base_url, run


def model(scenario: str = "ok") -> OpenAI:
    return OpenAI(
        "gpt-4o",
        api_base=f"{base_url(scenario)}/v1",
        api_key="unused",
        max_retries=0,
        additional_kwargs={"stream_options": {"include_usage": True}}
        if scenario == "stream"
        else {},
    )


def embedder() -> OpenAIEmbedding:
    return OpenAIEmbedding(
        model="text-embedding-3-small", dimensions=4, api_base=f"{base_url()}/v1", api_key="unused"
    )


def weather(city: str) -> str:
    """Tell the weather in a city."""
    return f"{city}: {WEATHER}"


def query(prompt: str) -> str:
    index = VectorStoreIndex.from_documents(
        [Document(text=f"{prompt} {WEATHER}")], embed_model=embedder()
    )
    return str(index.as_query_engine(llm=model()).query(prompt))


async def asynchronous(prompt: str) -> str:
    return (await model().acomplete(prompt)).text


async def agent(prompt: str) -> str:
    made = FunctionAgent(
        name="forecaster", tools=[weather], llm=model("tool_call"), streaming=False
    )
    return str(await made.run(prompt))


run(
    {
        "chat": lambda prompt: model().complete(prompt).text,
        "cached input": lambda prompt: model("cached").complete(prompt).text,
        "stream": lambda prompt: "".join(
            part.delta or "" for part in model().stream_complete(prompt)
        ),
        "embeddings": lambda prompt: embedder().get_text_embedding(prompt),
        "asynchronous": asynchronous,
        "query engine": query,
        "agent": agent,
        "rate limit": lambda prompt: model("rate_limit").complete(prompt).text,
    }
)
