"""Repairs come with their instrumentor, and go with it."""

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any, cast

import pytest
from openai.resources import chat, completions, embeddings, responses
from opentelemetry.sdk.trace import TracerProvider

from spansight.settings import Instrumentor
from spansight.telemetry import guard
from spansight.telemetry.instrumentors.loading import GROUP, Instrumentors, family

TRACED: tuple[tuple[type, str], ...] = (
    (chat.Completions, "create"),
    (chat.AsyncCompletions, "create"),
    (chat.Completions, "parse"),
    (chat.AsyncCompletions, "parse"),
    (completions.Completions, "create"),
    (completions.AsyncCompletions, "create"),
    (embeddings.Embeddings, "create"),
    (embeddings.AsyncEmbeddings, "create"),
    (responses.Responses, "create"),
    (responses.AsyncResponses, "create"),
    (responses.Responses, "retrieve"),
    (responses.AsyncResponses, "retrieve"),
    (responses.Responses, "parse"),
    (responses.Responses, "stream"),
)


def methods() -> list[Callable[..., Any]]:
    return [cast("Callable[..., Any]", vars(kind)[name]) for kind, name in TRACED]


@pytest.mark.filterwarnings("ignore::pydantic.PydanticDeprecatedSince20")  # OpenLLMetry's import
@pytest.mark.parametrize("chosen", ["official", "openllmetry"])
def test_all_that_is_wrapped_is_unwrapped_again(chosen: Instrumentor) -> None:
    before, errors = methods(), guard.errors()
    (entry_point,) = [
        one for one in entry_points(group=GROUP, name="openai") if family(one) == chosen
    ]
    instrumentors = Instrumentors()
    for _ in range(2):
        instrumentors.load(entry_point, chosen, tracer_provider=TracerProvider())
        assert not [one for one, was in zip(methods(), before, strict=True) if one is was]
        instrumentors.unload()
        assert methods() == before
    assert guard.errors() == errors
