"""What a call has been answered so far, and how long that took to begin."""

import time
from typing import Final

from opentelemetry import trace
from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes
from spansight.telemetry.replies.responses import Response
from spansight.telemetry.scopes import nesting


class Reply:
    """The answer to one call: of a decorated function, or of a step."""

    def __init__(self) -> None:
        """Begin to wait for it, here and now."""
        self.is_inside_a_call: Final = nesting.is_call(trace.get_current_span())
        self._response: Final = Response()
        self._started_s: Final = time.perf_counter()
        self._waited_s: float | None = None

    def begin(self) -> None:
        """Take note that a streamed answer has begun; after the first time, it is no news."""
        if self._waited_s is None:
            self._waited_s = time.perf_counter() - self._started_s

    def add(self, piece: object) -> None:
        """Take what a response, or a part of one, says of itself."""
        self._response.add(piece)

    def told(self, operation: str, provider: str | None = None) -> dict[str, AttributeValue]:
        """Return what the span of the call says; a provider that is named is the right one."""
        said: dict[str, AttributeValue] = {attributes.OPERATION_NAME: operation}
        if known := provider or self._response.provider:
            said[attributes.PROVIDER_NAME] = known
        if self._waited_s is not None:
            said[attributes.REQUEST_STREAM] = True
            said[attributes.TIME_TO_FIRST_CHUNK] = self._waited_s
        return {**said, **self._response.attributes}
