"""What an answer of the chat API becomes: the same span by either instrumentor, blocking or not."""

from typing import TYPE_CHECKING

from inline_snapshot import snapshot

if TYPE_CHECKING:
    from instrumentation.openai.conftest import Matrix


def test_chat(either: "Matrix") -> None:
    assert either.same("chat", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 9,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_chat_with_usage(either: "Matrix") -> None:
    assert either.same("chat with usage", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 9,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_chat_with_everything(either: "Matrix") -> None:
    assert either.same("chat with everything", "plain") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.output.type": "json",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.frequency_penalty": 0.1,
                "gen_ai.request.max_tokens": 100,
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.presence_penalty": 0.2,
                "gen_ai.request.reasoning.level": "low",
                "gen_ai.request.seed": 7,
                "gen_ai.request.stop_sequences": ["END"],
                "gen_ai.request.temperature": 0.5,
                "gen_ai.request.top_p": 0.9,
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 73,
                "gen_ai.usage.reasoning.output_tokens": 64,
                "openai.request.service_tier": "flex",
                "server.address": "127.0.0.1",
            },
        }
    )


def test_chat_with_tools(either: "Matrix") -> None:
    assert either.same("chat with tools", "plain") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["tool_calls"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 4,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_chat_parsed(either: "Matrix") -> None:
    assert either.same("chat parsed", "plain", "retried") == snapshot(
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
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 10,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_chat_raw(either: "Matrix") -> None:
    assert either.same("chat raw", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 9,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_chat_opened(either: "Matrix") -> None:
    assert either.same("chat opened", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 9,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_chat_by_the_line(either: "Matrix") -> None:
    assert either.same("chat by the line", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 9,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_chat_on_azure(either: "Matrix") -> None:
    assert either.same("chat on Azure", "plain", "retried") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "azure.ai.openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-4o-2024-08-06",
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 9,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_chat_with_an_empty_model(either: "Matrix") -> None:
    assert either.same("chat with an empty model", "plain") == snapshot(
        {
            "name": "chat",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 9,
                "server.address": "127.0.0.1",
            },
        }
    )
