"""What each API becomes when it is streamed, however much of the stream is read."""

from typing import TYPE_CHECKING

from inline_snapshot import snapshot

if TYPE_CHECKING:
    from instrumentation.openai.conftest import Matrix


def test_chat(either: "Matrix") -> None:
    assert either.same("chat", "stream read", "stream retried") == snapshot(
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
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_chat_with_usage(either: "Matrix") -> None:
    assert either.same("chat with usage", "stream read", "stream retried") == snapshot(
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
                "gen_ai.usage.input_tokens": 3,
                "gen_ai.usage.output_tokens": 9,
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_chat_with_tools(either: "Matrix") -> None:
    assert either.same("chat with tools", "stream read") == snapshot(
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
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_chat_raw(either: "Matrix") -> None:
    assert either.same("chat raw", "stream read", "stream retried") == snapshot(
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
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_chat_opened(either: "Matrix") -> None:
    assert either.same("chat opened", "stream read", "stream retried") == snapshot(
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
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


def test_chat_helper(either: "Matrix") -> None:
    assert either.same("chat helper", "stream read", "stream retried") == snapshot(
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
                "server.address": "127.0.0.1",
            },
            "timed": True,
        }
    )


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


def test_chat_on_azure(either: "Matrix") -> None:
    assert either.same("chat on Azure", "stream read", "stream retried") == snapshot(
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
                "server.address": "127.0.0.1",
            },
            "timed": True,
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


def test_a_stream_that_only_marks_its_end_is_no_failure(either: "Matrix") -> None:
    assert either.same("chat", "stream marked") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.stream": True,
                "gen_ai.response.model": "gpt-4o-2024-08-06",
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


def test_chat_by_the_line_tells_no_answer_yet(either: "Matrix") -> None:
    """A gap: the parts pass by, and nobody puts them together."""
    assert either.same("chat by the line", "stream read") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.stream": True,
                "server.address": "127.0.0.1",
            },
        }
    )


LEFT = ("stream broken off", "stream closed", "stream left")


def test_a_stream_of_chat_that_the_application_leaves_is_no_failure(either: "Matrix") -> None:
    assert either.same("chat", *LEFT) == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.stream": True,
                "gen_ai.response.model": "gpt-4o-2024-08-06",
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


def test_a_stream_that_is_dropped_unread_is_no_failure(either: "Matrix") -> None:
    assert either.same("chat", "stream never read") == snapshot(
        {
            "name": "chat gpt-4o",
            "kind": "CLIENT",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "gpt-4o",
                "gen_ai.request.stream": True,
                "server.address": "127.0.0.1",
            },
        }
    )
