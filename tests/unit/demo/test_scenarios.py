"""The ways to answer that clients stumble over, as the real client sees them."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from spansight.demo.provider import ANSWER, Provider

CHAT: Any = {"model": "gpt-4o", "messages": [{"role": "user", "content": "one two"}]}


class Place(BaseModel):
    """What structured answers hold."""

    city: str


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as listening:
        yield listening


@pytest.fixture
def client(provider: Provider) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=provider.url(), api_key="unused", max_retries=0, timeout=2
    ) as opened:
        yield opened


def playing(client: openai.OpenAI, provider: Provider, scenario: str) -> openai.OpenAI:
    return client.with_options(base_url=provider.url(scenario))


@pytest.mark.parametrize(
    ("scenario", "error"),
    [
        ("unfinished", None),
        ("garbled", json.JSONDecodeError),
        ("cut", openai.APIConnectionError),
        ("stalled", openai.APITimeoutError),
    ],
)
def test_a_stream_breaks_after_three_chunks(
    client: openai.OpenAI, provider: Provider, scenario: str, error: type[Exception] | None
) -> None:
    impatient = playing(client, provider, scenario).with_options(timeout=0.3)
    chunks = iter(impatient.chat.completions.create(**CHAT, stream=True))
    assert ["".join(c.delta.content or "" for c in next(chunks).choices) for _ in range(3)] == [
        "",
        "The",
        " quick",
    ]
    with pytest.raises(error or StopIteration):
        next(chunks)


def test_an_end_can_be_marked_without_a_reason(client: openai.OpenAI, provider: Provider) -> None:
    silent = playing(client, provider, "no_finish")
    chunks = list(silent.chat.completions.create(**CHAT, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == ANSWER
    assert {chunk.choices[0].finish_reason for chunk in chunks} == {None}


def test_a_retry_is_answered(client: openai.OpenAI, provider: Provider) -> None:
    patient: Any = playing(client, provider, "retried").with_options(max_retries=1)
    before = len(provider.calls)
    answer = patient.chat.completions.create(**CHAT)
    assert answer.choices[0].message.content == ANSWER
    assert [call.status for call in provider.calls[before:]] == [429, 200]


def test_an_answer_follows_its_schema(client: openai.OpenAI) -> None:
    chat: Any = client.chat.completions.parse(**CHAT, response_format=Place)
    assert chat.choices[0].message.parsed == Place(city=ANSWER)
    parsed = client.responses.parse(model="gpt-4o", input="one two", text_format=Place)
    assert parsed.output_parsed == Place(city=ANSWER)


def test_completions_before_chat_are_spoken_too(client: openai.OpenAI) -> None:
    ask: Any = client.completions.create
    whole = ask(model="gpt-3.5-turbo-instruct", prompt="one")
    assert (whole.choices[0].text, whole.usage.prompt_tokens) == (ANSWER, 1)
    chunks = ask(model="gpt-3.5-turbo-instruct", prompt="one", stream=True)
    assert "".join(chunk.choices[0].text for chunk in chunks) == ANSWER


def test_a_stored_answer_can_be_fetched_whole_and_as_a_stream(client: openai.OpenAI) -> None:
    fetched = client.responses.retrieve("resp_1")
    assert (fetched.id, fetched.status, fetched.output_text) == ("resp_1", "completed", ANSWER)
    events: Any = list(client.responses.retrieve("resp_1", stream=True))
    assert [events[0].type, events[-1].type] == ["response.created", "response.completed"]


def test_an_answer_in_the_background_is_only_promised(client: openai.OpenAI) -> None:
    promised = client.responses.create(model="gpt-4o", input="one two", background=True)
    assert (promised.status, promised.output, promised.usage) == ("queued", [], None)


def test_azure_asks_by_deployment(provider: Provider) -> None:
    azure: Any = openai.AzureOpenAI(
        base_url=provider.url(), api_key="unused", api_version="2024-10-21", max_retries=0
    )
    with azure:
        answer = azure.chat.completions.create(**CHAT)
    assert answer.choices[0].message.content == ANSWER
