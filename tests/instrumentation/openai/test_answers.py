"""What each API becomes: the same span by either instrumentor, blocking or not."""

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


def test_embeddings(either: "Matrix") -> None:
    assert either.same("embeddings", "plain", "retried") == snapshot(
        {
            "name": "embeddings text-embedding-3-small",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.embeddings.dimension.count": 8,
                "gen_ai.operation.name": "embeddings",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "text-embedding-3-small",
                "gen_ai.response.model": "text-embedding-3-small",
                "gen_ai.usage.input_tokens": 3,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_embeddings_raw(either: "Matrix") -> None:
    assert either.same("embeddings raw", "plain", "retried") == snapshot(
        {
            "name": "embeddings text-embedding-3-small",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.embeddings.dimension.count": 256,
                "gen_ai.operation.name": "embeddings",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "text-embedding-3-small",
                "gen_ai.response.model": "text-embedding-3-small",
                "gen_ai.usage.input_tokens": 1,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_completions(either: "Matrix") -> None:
    assert either.same("completions", "plain", "retried") == snapshot(
        {
            "name": "text_completion gpt-3.5-turbo-instruct",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "text_completion",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-3.5-turbo-instruct",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-3.5-turbo-instruct",
                "gen_ai.usage.input_tokens": 1,
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


def test_embeddings_opened(either: "Matrix") -> None:
    assert either.same("embeddings opened", "plain", "retried") == snapshot(
        {
            "name": "embeddings text-embedding-3-small",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.embeddings.dimension.count": 256,
                "gen_ai.operation.name": "embeddings",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "text-embedding-3-small",
                "gen_ai.response.model": "text-embedding-3-small",
                "gen_ai.usage.input_tokens": 1,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_embeddings_on_azure(either: "Matrix") -> None:
    assert either.same("embeddings on Azure", "plain") == snapshot(
        {
            "name": "embeddings text-embedding-3-small",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.embeddings.dimension.count": 256,
                "gen_ai.operation.name": "embeddings",
                "gen_ai.provider.name": "azure.ai.openai",
                "gen_ai.request.model": "text-embedding-3-small",
                "gen_ai.response.model": "text-embedding-3-small",
                "gen_ai.usage.input_tokens": 1,
                "server.address": "127.0.0.1",
            },
        }
    )


def test_completions_opened(either: "Matrix") -> None:
    assert either.same("completions opened", "plain") == snapshot(
        {
            "name": "text_completion gpt-3.5-turbo-instruct",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "text_completion",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-3.5-turbo-instruct",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-3.5-turbo-instruct",
                "gen_ai.usage.input_tokens": 1,
                "gen_ai.usage.output_tokens": 9,
                "server.address": "127.0.0.1",
            },
        }
    )
