"""A step around a call to a model, or that call itself: which one is known at its end."""

import time
from collections.abc import Mapping
from typing import Final, Self

from opentelemetry import trace
from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes
from spansight.rag.step import Step
from spansight.telemetry import nesting
from spansight.telemetry.guard import Guard
from spansight.telemetry.responses import Response


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
        self._renew()

    def __enter__(self) -> Self:
        self._renew()
        self._inside_a_call = nesting.is_call(trace.get_current_span())
        return super().__enter__()

    def response(self, response: object) -> None:
        """Read what the call used from its response, or from each chunk of a streamed one."""
        self._is_told = True
        self._read(response)

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
        self._is_told = True
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

    def yielded(self, item: object) -> None:
        """Take what a decorated generator yields for the chunks of the answer."""
        self.first_token()
        self._read(item)

    def returned(self, result: object) -> None:
        """Take what the decorated function returned, if it is a response."""
        self._read(result)

    def _ending(self, error: BaseException | None) -> Mapping[str, AttributeValue]:
        said = super()._ending(error)
        is_call = self._is_told or self._provider is not None
        if self.calls or self._inside_a_call or not is_call:
            return said
        self.notice()
        call = {
            attributes.OPERATION_NAME: self._operation,
            attributes.PROVIDER_NAME: self._provider or self._response.provider,
            attributes.REQUEST_STREAM: True if self._waited_s is not None else None,
            attributes.TIME_TO_FIRST_CHUNK: self._waited_s,
            **self._response.attributes,
            **self._used,
        }
        return {**said, **{key: value for key, value in call.items() if value is not None}}

    def _read(self, response: object) -> None:
        with Guard("response of a step"):
            self._response.add(response)

    def _renew(self) -> None:
        self._is_told = self._inside_a_call = False
        self._response = Response()
        self._used: Mapping[str, AttributeValue | None] = {}
        self._started_s = time.perf_counter()
        self._waited_s: float | None = None


class Generation(Call):
    """The call that answers."""

    def answer(self, text: str) -> None:
        """Record how long the answer is."""
        with Guard("answer of a step"):
            self._span.set_attribute(attributes.RAG_ANSWER_LENGTH, len(text))

    def returned(self, result: object) -> None:
        """Take the text, or the response, that the decorated function returned."""
        super().returned(result)
        if isinstance(result, str):
            self.answer(result)
