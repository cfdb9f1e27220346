"""What streams of the chat API become, however much of them is read."""

from typing import TYPE_CHECKING

from inline_snapshot import snapshot

if TYPE_CHECKING:
    from instrumentation.openai.conftest import Matrix


LEFT = ("stream broken off", "stream closed", "stream left")


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
