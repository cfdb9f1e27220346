"""What streams of the Responses API become, however much of them is read."""

from typing import TYPE_CHECKING

from inline_snapshot import snapshot

if TYPE_CHECKING:
    from instrumentation.openai.conftest import Matrix


LEFT = ("stream broken off", "stream closed", "stream left")


def test_responses(either: "Matrix") -> None:
    assert either.same("responses", "stream read", "stream retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.reasoning.level": "low",
                "gen_ai.request.stream": True,
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 9,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_responses_with_tools(either: "Matrix") -> None:
    assert either.same("responses with tools", "stream read") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.stream": True,
                "gen_ai.response.finish_reasons": ["tool_calls"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 3,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_responses_raw(either: "Matrix") -> None:
    assert either.same("responses raw", "stream read", "stream retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.stream": True,
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 9,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_responses_helper(either: "Matrix") -> None:
    assert either.same("responses helper", "stream read", "stream retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.stream": True,
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 9,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_responses_stored(either: "Matrix") -> None:
    assert either.same("responses stored", "stream read", "stream retried") == snapshot(
        {
            "name": "fetch_response",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "fetch_response",
                "gen_ai.provider.name": "openai",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.response.status": "completed",
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
        }
    )


def test_responses_opened(either: "Matrix") -> None:
    assert either.same("responses opened", "stream read", "stream retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.stream": True,
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 9,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_responses_on_azure(either: "Matrix") -> None:
    assert either.same("responses on Azure", "stream read") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "azure.ai.openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.stream": True,
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 9,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_a_stream_of_responses_that_the_application_leaves_is_no_failure(either: "Matrix") -> None:
    assert either.same("responses", *LEFT) == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.reasoning.level": "low",
                "gen_ai.request.stream": True,
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
        }
    )
