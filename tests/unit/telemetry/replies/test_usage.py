"""Tokens in every shape that responses report them in; the figures are those of real responses."""

from collections.abc import Callable
from types import MappingProxyType, SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletion
from openai.types.responses import ResponseUsage
from pydantic import BaseModel, ConfigDict

from spansight.telemetry.replies.responses import Response
from spansight.telemetry.replies.usage import counts, part, tokens


def used(
    given: int,
    got: int,
    read: int | None = None,
    write: int | None = None,
    thought: int | None = None,
) -> dict[str, int]:
    known = {
        "gen_ai.usage.input_tokens": given,
        "gen_ai.usage.output_tokens": got,
        "gen_ai.usage.cache_read.input_tokens": read,
        "gen_ai.usage.cache_write.input_tokens": write,
        "gen_ai.usage.reasoning.output_tokens": thought,
    }
    return {name: count for name, count in known.items() if count is not None}


OPENAI: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-4o-2024-08-06",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hi."}}
    ],
    "usage": {
        "prompt_tokens": 2006,
        "completion_tokens": 300,
        "total_tokens": 2306,
        "prompt_tokens_details": {"cached_tokens": 1920, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 64},
    },
}
ANTHROPIC: dict[str, Any] = {
    "id": "msg_01",
    "type": "message",
    "model": "claude-sonnet-4-5-20250929",
    "stop_reason": "end_turn",
    "content": [{"type": "text", "text": "Hi."}],
    "usage": {
        "input_tokens": 21,
        "cache_creation_input_tokens": 188_086,
        "cache_read_input_tokens": 512,
        "output_tokens": 393,
    },
}


def objects(value: object) -> object:
    """Return JSON as objects with attributes, as SDKs hand it out."""
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return SimpleNamespace(**{key: objects(item) for key, item in items})
    if isinstance(value, list):
        return [objects(item) for item in cast("list[object]", value)]
    return value


@pytest.mark.parametrize("read", [dict, objects, ChatCompletion.model_validate])
def test_openai_counts_cached_tokens_in_the_input(read: Callable[[Any], object]) -> None:
    response = Response()
    response.add(read(OPENAI))
    assert response.attributes == {
        "gen_ai.response.id": "chatcmpl-1",
        "gen_ai.response.model": "gpt-4o-2024-08-06",
        "gen_ai.response.finish_reasons": ["stop"],
        **used(2006, 300, read=1920, thought=64),
    }


@pytest.mark.parametrize("read", [dict, objects])
def test_anthropic_counts_cached_tokens_beside_the_input(read: Callable[[Any], object]) -> None:
    response = Response()
    response.add(read(ANTHROPIC))
    assert response.attributes == {
        "gen_ai.response.id": "msg_01",
        "gen_ai.response.model": "claude-sonnet-4-5-20250929",
        "gen_ai.response.finish_reasons": ["end_turn"],
        **used(21 + 188_086 + 512, 393, read=512, write=188_086),
    }


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ({"input_tokens": 10, "output_tokens": 5}, used(10, 5)),
        (
            {
                "input_tokens": 328,
                "input_tokens_details": {"cached_tokens": 128},
                "output_tokens": 52,
                "output_tokens_details": {"reasoning_tokens": 32},
                "total_tokens": 380,
            },
            used(328, 52, read=128, thought=32),
        ),
        (
            {
                "input_tokens": 350,
                "output_tokens": 240,
                "total_tokens": 590,
                "input_token_details": {"audio": 10, "cache_creation": 200, "cache_read": 100},
                "output_token_details": {"audio": 10, "reasoning": 200},
            },
            used(350, 240, read=100, write=200, thought=200),
        ),
        (
            {
                "prompt_token_count": 1000,
                "tool_use_prompt_token_count": 40,
                "cached_content_token_count": 600,
                "candidates_token_count": 20,
                "thoughts_token_count": 300,
                "total_token_count": 1360,
            },
            used(1040, 320, read=600, thought=300),
        ),
        (
            {"promptTokenCount": 8, "candidatesTokenCount": 4, "totalTokenCount": 12},
            used(8, 4),
        ),
        (
            {
                "inputTokens": 30,
                "outputTokens": 628,
                "totalTokens": 1758,
                "cacheReadInputTokens": 1000,
                "cacheWriteInputTokens": 100,
            },
            used(1130, 628, read=1000, write=100),
        ),
        (
            {"prompt_eval_count": 26, "eval_count": 290, "eval_duration": 4_709_213_000},
            used(26, 290),
        ),
        (
            # LiteLLM in front of Anthropic: inclusive, with Anthropic's names beside.
            {
                "prompt_tokens": 700,
                "completion_tokens": 9,
                "cache_read_input_tokens": 600,
                "cache_creation_input_tokens": 50,
            },
            used(700, 9, read=600, write=50),
        ),
    ],
    ids=[
        "plain",
        "Responses",
        "LangChain",
        "Gemini",
        "Gemini JSON",
        "Bedrock",
        "Ollama",
        "LiteLLM",
    ],
)
def test_every_shape_becomes_inclusive(reported: dict[str, Any], expected: dict[str, int]) -> None:
    assert tokens(counts(reported)) == expected
    assert tokens(counts(objects(reported))) == expected


def test_an_sdk_type_is_read_like_its_json() -> None:
    usage = ResponseUsage.model_validate(
        {
            "input_tokens": 4,
            "input_tokens_details": {"cached_tokens": 1, "cache_write_tokens": 0},
            "output_tokens": 3,
            "output_tokens_details": {"reasoning_tokens": 2},
            "total_tokens": 7,
        }
    )
    assert tokens(counts(usage)) == used(4, 3, read=1, thought=2)


@pytest.mark.parametrize(
    "nothing",
    [{}, {"input_tokens": None}, {"input_tokens": "7"}, {"input_tokens": -1}, object(), 7],
)
def test_what_is_not_reported_is_unknown_and_not_0(nothing: object) -> None:
    assert tokens(counts(nothing)) == {}
    assert tokens(counts({"input_tokens": True, "output_tokens": 2})) == {
        "gen_ai.usage.output_tokens": 2
    }


def test_chunks_with_running_totals_are_not_summed_up() -> None:
    response = Response()
    for done in (1, 7, 20):
        response.add({"usageMetadata": {"promptTokenCount": 8, "candidatesTokenCount": done}})
    assert response.attributes == used(8, 20)


def test_anthropics_events_make_one_response() -> None:
    response = Response()
    message = {
        **ANTHROPIC,
        "stop_reason": None,
        "usage": {**ANTHROPIC["usage"], "output_tokens": 1},
    }
    for event in (
        {"type": "message_start", "message": message},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn"},
            "usage": {"output_tokens": 393},
        },
    ):
        response.add(objects(event))
    whole = Response()
    whole.add(ANTHROPIC)
    assert response.attributes == whole.attributes


def test_the_usage_of_one_of_several_results_is_found() -> None:
    response = Response()
    response.add(("Hi.", {"usage": {"input_tokens": 3, "output_tokens": 2}}))
    assert response.attributes == used(3, 2)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    known = ["usage", "message", "model", "id", "choices", "finish_reason", "delta"]
    keys = st.sampled_from(known) | st.text(max_size=3)
    return st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), nested, max_leaves=12))
def test_anything_at_all_can_be_a_response(anything: object) -> None:
    response = Response()
    for form in (anything, objects(anything)):
        response.add(form)
    for name, value in response.attributes.items():
        assert isinstance(value, int if ".usage." in name else str | list)


class Model(BaseModel):
    """A response as SDKs generate them: fields, what came beside them, and what is worked out."""

    model_config = ConfigDict(extra="allow")
    usage: dict[str, int] | None = None

    @property
    def model(self) -> str:
        return "worked-out"


class Forwarding(BaseModel):
    """One that looks elsewhere for what it lacks."""

    def __getattr__(self, name: str) -> object:
        if name == "usage":
            return {"prompt_tokens": 3}
        raise AttributeError(name)


@pytest.mark.parametrize(
    ("whole", "path", "found"),
    [
        (Model(usage={"prompt_tokens": 3}), "usage.prompt_tokens", 3),
        (Model.model_validate({"id": "r-1"}), "id", "r-1"),
        (Model(), "model", "worked-out"),
        (Model(), "usage", None),
        (Model(), "usage_metadata", None),
        (Forwarding(), "usage.prompt_tokens", 3),
        (MappingProxyType({"usage": {"prompt_tokens": 3}}), "usage.prompt_tokens", 3),
        (SimpleNamespace(usage=SimpleNamespace(prompt_tokens=3)), "usage.prompt_tokens", 3),
    ],
)
def test_a_part_is_found_wherever_an_object_keeps_it(
    whole: object, path: str, found: object
) -> None:
    assert part(whole, path) == found
