"""LangChain with models of OpenAI, and an agent of LangGraph."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportArgumentType=false
# pyright: reportAssignmentType=false, reportAttributeAccessIssue=false

from langchain_core.caches import InMemoryCache
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from steps import WEATHER, base_url, run

KEY = "unused"


def model(scenario: str = "ok", **options: object) -> ChatOpenAI:
    return ChatOpenAI(
        model="gpt-4o", base_url=f"{base_url(scenario)}/v1", api_key=KEY, max_retries=0, **options
    )


def weather(city: str) -> str:
    """Tell the weather in a city."""
    return f"{city}: {WEATHER}"


def chat(prompt: str, scenario: str = "ok") -> str:
    return model(scenario).invoke(prompt).text


def stream(prompt: str, **options: bool) -> str:
    return "".join(chunk.text for chunk in model(stream_usage=True, **options).stream(prompt))


def answered_from_cache(prompt: str) -> list[str]:
    asked = model(cache=InMemoryCache())
    return [asked.invoke(prompt).text for _ in range(2)]


async def asynchronously_from_cache(prompt: str) -> list[str]:
    asked = model(cache=InMemoryCache())
    return [(await asked.ainvoke(prompt)).text for _ in range(2)]


def chain(prompt: str) -> str:
    return (ChatPromptTemplate.from_template("{it}") | model() | StrOutputParser()).invoke(prompt)


def tool_call(prompt: str, **options: bool) -> list[dict]:
    answer = model("tool_call", **options).bind_tools([weather]).invoke(prompt)
    return [call["args"] for call in answer.tool_calls]


def embeddings(prompt: str) -> list[float]:
    maker = OpenAIEmbeddings(
        model="text-embedding-3-small",
        dimensions=4,
        base_url=f"{base_url()}/v1",
        api_key=KEY,
        check_embedding_ctx_length=False,
    )
    return maker.embed_query(prompt)


async def asynchronous(prompt: str) -> str:
    return (await model().ainvoke(prompt)).text


async def asynchronous_stream(prompt: str) -> str:
    return "".join([chunk.content async for chunk in model(stream_usage=True).astream(prompt)])


def agent(prompt: str) -> list[str]:
    # Late, as nothing else here needs it: chains are traced all the same.
    from langchain.agents import create_agent  # noqa: PLC0415 - see above

    made = create_agent(model("tool_call"), tools=[weather], name="forecaster")
    said = made.invoke({"messages": [{"role": "user", "content": prompt}]})["messages"]
    return [message.text for message in said]


run(
    {
        "chat": chat,
        "cached input": lambda prompt: chat(prompt, "cached"),
        "stream": stream,
        "chain": chain,
        "tool call": tool_call,
        "answered from cache": answered_from_cache,
        "asynchronously from cache": asynchronously_from_cache,
        "responses": lambda prompt: model(use_responses_api=True).invoke(prompt).text,
        "responses as a stream": lambda prompt: stream(prompt, use_responses_api=True),
        "tool call by responses": lambda prompt: tool_call(prompt, use_responses_api=True),
        "embeddings": embeddings,
        "asynchronous": asynchronous,
        "asynchronous stream": asynchronous_stream,
        "batch": lambda prompt: [answer.content for answer in model().batch([prompt] * 3)],
        "agent": agent,
        "rate limit": lambda prompt: chat(prompt, "rate_limit"),
    }
)
