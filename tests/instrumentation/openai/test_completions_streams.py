"""What streams of the API before chat become."""

from typing import TYPE_CHECKING

from inline_snapshot import snapshot

if TYPE_CHECKING:
    from instrumentation.openai.conftest import Matrix


def test_completions(either: "Matrix") -> None:
    assert either.same("completions", "stream read", "stream retried") == snapshot(
        {
            "name": "text_completion gpt-3.5-turbo-instruct",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "text_completion",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-3.5-turbo-instruct",
                "gen_ai.request.stream": True,
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-3.5-turbo-instruct",
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_completions_opened(either: "Matrix") -> None:
    assert either.same("completions opened", "stream read") == snapshot(
        {
            "name": "text_completion gpt-3.5-turbo-instruct",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "text_completion",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-3.5-turbo-instruct",
                "gen_ai.request.stream": True,
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.response.model": "gpt-3.5-turbo-instruct",
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_completions_that_only_mark_their_end_are_no_failure(either: "Matrix") -> None:
    assert either.same("completions", "stream marked") == snapshot(
        {
            "name": "text_completion gpt-3.5-turbo-instruct",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "text_completion",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-3.5-turbo-instruct",
                "gen_ai.request.stream": True,
                "gen_ai.response.model": "gpt-3.5-turbo-instruct",
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )
