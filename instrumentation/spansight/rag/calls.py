"""A step around a call to a model, or that call itself: which one is known at its end."""

from collections.abc import Mapping
from typing import Final, Self

from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes
from spansight.rag.step import Step
from spansight.telemetry.guard import Guard
from spansight.telemetry.replies.reply import Reply


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
        """Record what the call used, in tokens.

        Cached tokens are part of input, reasoning of output; None where nobody knows.
        """
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
        """Record that a streamed answer has begun; only the first time counts."""
        self._reply.begin()

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
        if self.calls or self._reply.is_inside_a_call or not is_call:
            return said
        self.notice()
        used = {key: value for key, value in self._used.items() if value is not None}
        return {**said, **self._reply.told(self._operation, self._provider), **used}

    def _read(self, response: object) -> None:
        with Guard("response of a step"):
            self._reply.add(response)

    def _renew(self) -> None:
        self._is_told = False
        self._reply = Reply()
        self._used: Mapping[str, AttributeValue | None] = {}


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
