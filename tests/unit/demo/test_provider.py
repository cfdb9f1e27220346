"""What the scripted provider answers, over a real socket."""

import json
import time
import urllib.error
import urllib.request
from typing import Any

import openai
import pytest

from spansight.demo.provider import ANSWER, NO_ANSWER, SCENARIOS, Call, Provider
from spansight.demo.wire import Request

TOOL: Any = {
    "type": "function",
    "function": {
        "name": "search",
        "parameters": {"type": "object", "properties": {"query": {"type": "string"}}},
    },
}
QUESTION: Any = [{"role": "user", "content": "환불은 어떻게 받나요?"}]


def client(provider: Provider, scenario: str = "ok") -> openai.OpenAI:
    return openai.OpenAI(
        base_url=provider.url(scenario), api_key="unused", max_retries=0, timeout=0.3
    )


def ask(provider: Provider, scenario: str, **kwargs: Any) -> Any:  # noqa: ANN401 - of the SDK
    with client(provider, scenario) as opened:
        create: Any = opened.chat.completions.create
        answer = create(model="gpt-4o", messages=kwargs.pop("messages", QUESTION), **kwargs)
        return list(answer) if kwargs.get("stream") else answer


@pytest.mark.parametrize("scenario", ["ok", "cached", "reasoning"])
def test_the_log_has_the_tokens_that_the_client_was_told(scenario: str) -> None:
    with Provider() as provider:
        usage = ask(provider, scenario).usage
        (call,) = provider.calls
    assert (call.input_tokens, call.output_tokens) == (usage.prompt_tokens, usage.completion_tokens)
    assert call.cached_tokens == usage.prompt_tokens_details.cached_tokens
    assert call.reasoning_tokens == usage.completion_tokens_details.reasoning_tokens
    extra = SCENARIOS[scenario]
    assert call.input_tokens == 3 + extra.cached_prefix
    assert call.output_tokens == len(ANSWER.split()) + extra.reasoning


def test_a_stream_has_a_chunk_a_word_and_usage_only_when_asked() -> None:
    with Provider() as provider:
        bare = ask(provider, "ok", stream=True)
        told = ask(provider, "ok", stream=True, stream_options={"include_usage": True})
        mute = ask(provider, "no_usage", stream=True, stream_options={"include_usage": True})
    assert "".join(chunk.choices[0].delta.content or "" for chunk in bare) == ANSWER
    assert [chunk.usage for chunk in bare + mute] == [None] * (len(bare) + len(mute))
    assert (told[-1].choices, told[-1].usage.completion_tokens) == ([], 9)


@pytest.mark.parametrize(
    ("scenario", "error", "status"),
    [
        ("rate_limit", openai.RateLimitError, 429),
        ("server_error", openai.InternalServerError, 500),
        ("timeout", openai.APITimeoutError, NO_ANSWER),
        ("cut", openai.APIConnectionError, 200),
    ],
)
def test_failures_are_those_of_the_real_sdk(
    scenario: str, error: type[Exception], status: int
) -> None:
    with Provider() as provider:
        with pytest.raises(error):
            ask(provider, scenario)
        assert provider.calls == [Call(scenario, "gpt-4o", "chat", stream=False, status=status)]


def test_a_broken_stream_has_begun() -> None:
    with Provider() as provider, client(provider, "cut") as opened:
        chunks = opened.chat.completions.create(model="gpt-4o", messages=QUESTION, stream=True)
        assert next(iter(chunks)).choices
        with pytest.raises(openai.APIConnectionError):
            list(chunks)


def test_stopping_ends_a_call_that_is_never_answered() -> None:
    with Provider() as provider, pytest.raises(openai.APITimeoutError):
        ask(provider, "timeout")
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(provider.url(), timeout=1)


def test_a_tool_is_called_until_it_has_answered() -> None:
    with Provider() as provider:
        (choice,) = ask(provider, "tool_call", tools=[TOOL]).choices
        (call,) = choice.message.tool_calls
        answered = [*QUESTION, {"role": "tool", "tool_call_id": call.id, "content": "7 days"}]
        (after,) = ask(provider, "tool_call", tools=[TOOL], messages=answered).choices
    assert (choice.finish_reason, call.function.name) == ("tool_calls", "search")
    assert json.loads(call.function.arguments) == {"query": "환불은 어떻게 받나요?"}
    assert (after.finish_reason, after.message.content) == ("stop", ANSWER)


def test_a_slow_first_token_comes_late() -> None:
    with Provider() as provider, client(provider, "slow_first_token") as opened:
        started = time.monotonic()
        chunks = opened.with_options(timeout=5).chat.completions.create(
            model="gpt-4o", messages=QUESTION, stream=True
        )
        next(iter(chunks))
        assert time.monotonic() - started >= SCENARIOS["slow_first_token"].first_token_s
        list(chunks)


def test_texts_that_share_words_are_close() -> None:
    with Provider() as provider, client(provider) as opened:
        texts = ["환불을 받으려면", "환불은 어떻게", "weather tomorrow"]
        data = opened.embeddings.create(model="text-embedding-3-small", input=texts).data
        refund, question, other = [one.embedding for one in data]
    assert sum(a * b for a, b in zip(refund, question, strict=True)) > 0.1
    assert sum(a * b for a, b in zip(refund, other, strict=True)) == pytest.approx(0, abs=1e-6)


def test_what_it_says_and_the_model_it_names_can_be_chosen() -> None:
    def reply(request: Request) -> str:
        return f"{request.operation}: {request.question}"

    with Provider(reply, dated=True) as provider, client(provider) as opened:
        answer = ask(provider, "ok")
        response = opened.responses.create(model="my-model", input="hello there")
        assert opened.models.list().data
    assert answer.choices[0].message.content == "chat: 환불은 어떻게 받나요?"
    assert (answer.model, response.model) == ("gpt-4o-2024-08-06", "my-model")
    assert response.output_text == "responses: hello there"


def test_an_unknown_scenario_is_named() -> None:
    provider = Provider()
    with pytest.raises(KeyError, match="'nope': expected one of ok, cached"):
        provider.url("nope")
    with provider, pytest.raises(urllib.error.HTTPError, match="404") as refused:
        urllib.request.urlopen(f"{provider.root}/nope/v1/models")
    refused.value.close()
