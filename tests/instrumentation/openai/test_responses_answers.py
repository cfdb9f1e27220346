"""What an answer of the Responses API becomes, by either instrumentor, blocking or not."""

from typing import TYPE_CHECKING

from inline_snapshot import snapshot

if TYPE_CHECKING:
    from instrumentation.openai.conftest import Matrix


def test_responses(either: "Matrix") -> None:
    assert either.same("responses", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.reasoning.level": "low",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 9,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
        }
    )


def test_responses_with_tools(either: "Matrix") -> None:
    assert either.same("responses with tools", "plain") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["tool_calls"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 3,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
        }
    )


def test_responses_parsed(either: "Matrix") -> None:
    assert either.same("responses parsed", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.output.type": "json",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 10,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
        }
    )


def test_responses_raw(either: "Matrix") -> None:
    assert either.same("responses raw", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 9,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
        }
    )


def test_responses_stored(either: "Matrix") -> None:
    assert either.same("responses stored", "plain", "retried") == snapshot(
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
    assert either.same("responses opened", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 9,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
        }
    )


def test_responses_by_the_line(either: "Matrix") -> None:
    assert either.same("responses by the line", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 9,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
        }
    )


def test_a_response_in_the_background_tells_no_usage_rather_than_zero(either: "Matrix") -> None:
    assert either.same("responses in the background", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
        }
    )


def test_responses_on_azure(either: "Matrix") -> None:
    assert either.same("responses on Azure", "plain") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "azure.ai.openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 2,
                "gen_ai.usage.output_tokens": 9,
                "openai.api.type": "responses",
                "server.address": "127.0.0.1",
            },
        }
    )
