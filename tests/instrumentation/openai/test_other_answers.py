"""What embeddings and completions become, by either instrumentor, blocking or not."""

from typing import TYPE_CHECKING

from inline_snapshot import snapshot

if TYPE_CHECKING:
    from instrumentation.openai.conftest import Matrix


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
