"""The SDK of Google's Gen AI models, as an application uses it."""

# Its library is installed in an environment of its own, where this checker does not look.
# pyright: basic, reportMissingImports=false, reportOptionalMemberAccess=false
# pyright: reportOptionalIterable=false, reportArgumentType=false
# pyright: reportAttributeAccessIssue=false

import asyncio
import warnings
from functools import cache

from google import genai
from google.genai import types
from steps import WEATHER, base_url, run

MODEL = "gemini-flash-latest"
EMBEDDER = "gemini-embedding-001"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOL = types.Tool(
    function_declarations=[types.FunctionDeclaration(name="weather", parameters_json_schema=SCHEMA)]
)
FUNCTION = {"type": "function", "name": "weather", "parameters": SCHEMA}


@cache
def client(scenario: str = "ok") -> genai.Client:
    return genai.Client(
        api_key="unused", http_options=types.HttpOptions(base_url=base_url(scenario))
    )


def chat(prompt: str, scenario: str = "ok") -> str:
    answer = client(scenario).models.generate_content(model=MODEL, contents=prompt)
    return answer.text or ""


def stream(prompt: str, scenario: str = "ok") -> str:
    chunks = client(scenario).models.generate_content_stream(model=MODEL, contents=prompt)
    return "".join(chunk.text or "" for chunk in chunks)


def tool_call(prompt: str) -> tuple[object, str]:
    model, config = client("tool_call").models, types.GenerateContentConfig(tools=[TOOL])
    contents = [types.Content(role="user", parts=[types.Part(text=prompt)])]
    asked = model.generate_content(model=MODEL, contents=contents, config=config)
    (call,) = asked.function_calls
    answered = types.Part.from_function_response(name=call.name, response={"result": WEATHER})
    contents += [asked.candidates[0].content, types.Content(role="user", parts=[answered])]
    answer = model.generate_content(model=MODEL, contents=contents, config=config)
    return call.args, answer.text or ""


def weather(city: str) -> str:
    """Return the weather of a city."""
    return WEATHER if city else ""


def automatic_tool_call(prompt: str) -> str:
    config = types.GenerateContentConfig(tools=[weather])
    conversation = client("tool_call").chats.create(model=MODEL, config=config)
    return conversation.send_message(prompt).text or ""


def conversation(prompt: str) -> str:
    chat = client().chats.create(model=MODEL)
    return "".join(chat.send_message(prompt).text or "" for _ in range(2))


def embeddings(prompt: str) -> int:
    found = client().models.embed_content(model=EMBEDDER, contents=prompt)
    return len(found.embeddings)


async def asynchronous(prompt: str) -> str:
    answer = await client().aio.models.generate_content(model=MODEL, contents=prompt)
    return answer.text or ""


async def asynchronous_stream(prompt: str) -> str:
    models = client().aio.models
    chunks = await models.generate_content_stream(model=MODEL, contents=prompt)
    return "".join([chunk.text or "" async for chunk in chunks])


async def asynchronous_embeddings(prompt: str) -> int:
    found = await client().aio.models.embed_content(model=EMBEDDER, contents=prompt)
    return len(found.embeddings)


def interaction(prompt: str, scenario: str = "ok") -> str:
    return client(scenario).interactions.create(model=MODEL, input=prompt).output_text or ""


def interaction_stream(prompt: str, scenario: str = "ok") -> str:
    events = client(scenario).interactions.create(model=MODEL, input=prompt, stream=True)
    return "".join(event.delta.text for event in events if event.event_type == "step.delta")


def interaction_with_a_tool(prompt: str) -> tuple[object, str]:
    asked = {"type": "user_input", "content": [{"type": "text", "text": prompt}]}
    asks = {"model": MODEL, "tools": [FUNCTION], "store": False}
    interactions = client("tool_call").interactions
    (call,) = interactions.create(input=[asked], **asks).steps
    result = {"type": "function_result", "call_id": call.id, "result": WEATHER}
    answer = interactions.create(input=[asked, call.model_dump(), result], **asks)
    return call.arguments, answer.output_text


async def asynchronous_interaction(prompt: str) -> str:
    answer = await client().aio.interactions.create(model=MODEL, input=prompt)
    return answer.output_text or ""


async def asynchronous_interaction_stream(prompt: str) -> str:
    interactions = client().aio.interactions
    events = await interactions.create(model=MODEL, input=prompt, stream=True)
    return "".join([it.delta.text async for it in events if it.event_type == "step.delta"])


async def parallel(prompt: str) -> list:
    return list(await asyncio.gather(*(asynchronous(prompt) for _ in range(3))))


warnings.simplefilter("ignore")
run(
    {
        "chat": chat,
        "cached input": lambda prompt: chat(prompt, "cached"),
        "reasoning": lambda prompt: chat(prompt, "reasoning"),
        "stream": stream,
        "stream with cached input": lambda prompt: stream(prompt, "cached"),
        "stream without usage": lambda prompt: stream(prompt, "no_usage"),
        "conversation": conversation,
        "tool call": tool_call,
        "automatic tool call": automatic_tool_call,
        "interaction": interaction,
        "interaction with cached input": lambda prompt: interaction(prompt, "cached"),
        "interaction with reasoning": lambda prompt: interaction(prompt, "reasoning"),
        "interaction stream": interaction_stream,
        "interaction stream with reasoning": lambda it: interaction_stream(it, "reasoning"),
        "interaction with a tool": interaction_with_a_tool,
        "embeddings": embeddings,
        "asynchronous": asynchronous,
        "asynchronous stream": asynchronous_stream,
        "asynchronous embeddings": asynchronous_embeddings,
        "asynchronous interaction": asynchronous_interaction,
        "asynchronous interaction stream": asynchronous_interaction_stream,
        "parallel": parallel,
        "rate limit": lambda prompt: chat(prompt, "rate_limit"),
        "server error": lambda prompt: chat(prompt, "server_error"),
        "interaction with a wrong key": lambda prompt: interaction(prompt, "wrong_key"),
    }
)
