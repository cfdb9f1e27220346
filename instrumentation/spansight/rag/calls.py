"""A step around a call to a model, or that call itself: which one is known at its end."""

import time
from collections.abc import Mapping
from typing import Final, Self

from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes
from spansight.rag.step import Step


class Call(Step):
    """A step around a call to a model.

    Where the client is instrumented, the call has a span of its own inside, and that one counts.
    Where it is not, a step that was told its provider or its usage is the call itself.
    """

    def __init__(
        self,
        operation: str,
        stage: str,
        said: Mapping[str, AttributeValue | None],
        *,
        provider: str | None = None,
    ) -> None:
        """Prepare a step that is such an operation, if nothing inside it is."""
        super().__init__(stage, {attributes.STAGE: stage, **said})
        self._operation: Final = operation
        self._provider: Final = provider
        self._used: Mapping[str, AttributeValue | None] | None = None
        self._started_s = 0.0
        self._waited_s: float | None = None

    def __enter__(self) -> Self:
        self._used, self._waited_s, self._started_s = None, None, time.perf_counter()
        return super().__enter__()

    def usage(
        self,
        *,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        cache_read_tokens: int | None = None,
        cache_write_tokens: int | None = None,
        reasoning_tokens: int | None = None,
        response_model: str | None = None,
    ) -> None:
        """Tell what the call used; cached tokens are part of input, reasoning of output."""
        self._used = {
            attributes.INPUT_TOKENS: input_tokens,
            attributes.OUTPUT_TOKENS: output_tokens,
            attributes.CACHE_READ_TOKENS: cache_read_tokens,
            attributes.CACHE_WRITE_TOKENS: cache_write_tokens,
            attributes.REASONING_TOKENS: reasoning_tokens,
            attributes.RESPONSE_MODEL: response_model,
        }

    def first_token(self) -> None:
        """Tell that a streamed answer has begun; after the first time, it is no news."""
        if self._waited_s is None:
            self._waited_s = time.perf_counter() - self._started_s

    def yielded(self, item: object) -> None:  # noqa: ARG002 - that there is one is the news
        """Take the first item of a decorated generator for the beginning of the answer."""
        self.first_token()

    def _ending(self, error: BaseException | None) -> Mapping[str, AttributeValue]:
        said = super()._ending(error)
        if self.calls or (self._provider is None and self._used is None):
            return said
        self.notice()
        call = {
            attributes.OPERATION_NAME: self._operation,
            attributes.PROVIDER_NAME: self._provider,
            attributes.REQUEST_STREAM: True if self._waited_s is not None else None,
            attributes.TIME_TO_FIRST_CHUNK: self._waited_s,
            **(self._used or {}),
        }
        return {**said, **{key: value for key, value in call.items() if value is not None}}


class Generation(Call):
    """The call that answers."""

    def answer(self, text: str) -> None:
        """Record how long the answer is."""
        self._span.set_attribute(attributes.RAG_ANSWER_LENGTH, len(text))

    def returned(self, result: object) -> None:
        """Take the text that the decorated function returned."""
        if isinstance(result, str):
            self.answer(result)
