"""What a response, or the chunks of one, say of themselves: usage, model, id, reasons to stop."""

from collections.abc import Iterable, Mapping
from typing import Final, cast

from opentelemetry.util.types import AttributeValue

from spansight.conventions import attributes
from spansight.telemetry.replies import usage
from spansight.telemetry.replies.usage import part

_HOLDERS: Final = ("message", "response")
"""Where events of a stream hold the response itself."""

_USAGE: Final = ("usage", "usage_metadata", "usageMetadata", "message.usage", "response.usage")
_TEXTS: Final = {
    attributes.RESPONSE_ID: ("id", "response_id", "responseId"),
    attributes.RESPONSE_MODEL: (
        "model",
        "model_version",
        "modelVersion",
        "response_metadata.model_name",
    ),
}
_REASONS: Final = (
    "stop_reason",
    "stopReason",
    "delta.stop_reason",
    "done_reason",
    "response_metadata.finish_reason",
    "response_metadata.stop_reason",
)
_LISTS: Final = (
    ("choices", "finish_reason"),
    ("candidates", "finish_reason"),
    ("candidates", "finishReason"),
)

_PROVIDERS: Final = {
    "anthropic": "anthropic",
    "cohere": "cohere",
    "google": "gcp.gemini",
    "groq": "groq",
    "mistralai": "mistral_ai",
    "ollama": "ollama",
    "openai": "openai",
}
"""Package that a response's type is from → its provider."""

_SILENT: Final = (str, bytes, int, float, type(None))

_FEW: Final = 8
"""Members of a tuple or list that may be a response: of a long one, none is."""


class Response:
    """One response, put together from its parts."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._counts: Final[dict[str, int]] = {}
        self._texts: Final[dict[str, str]] = {}
        self._reasons: Final[dict[str, None]] = {}
        self.provider: str | None = None
        """As the type of a part tells."""

    def add(self, piece: object) -> None:
        """Take what a whole response, a chunk, or one of several results says."""
        if isinstance(piece, _SILENT):
            return
        if isinstance(piece, tuple | list):
            for one in cast("list[object]", piece)[:_FEW]:
                self.add(one)
            return
        if self.provider is None:
            self.provider = _PROVIDERS.get(type(piece).__module__.partition(".")[0])
        self._count(piece)
        self._read(piece)

    @property
    def attributes(self) -> dict[str, AttributeValue]:
        """What a span says of it."""
        said: dict[str, AttributeValue] = {**self._texts, **usage.tokens(self._counts)}
        if self._reasons:
            said[attributes.RESPONSE_FINISH_REASONS] = list(self._reasons)
        return said

    def _count(self, piece: object) -> None:
        reports = [part(piece, path) for path in _USAGE]
        named: Mapping[str, object] = (
            cast("Mapping[str, object]", piece) if isinstance(piece, Mapping) else {}
        )
        if not usage.WHOLES.isdisjoint(named):
            # Plain dictionaries of counts, and Ollama's responses, which have them at the top.
            reports.append(named)
        for report in filter(None, reports):
            # Streams repeat running totals; summed, a long answer was reported fifty-fold.
            for path, count in usage.counts(report).items():
                self._counts[path] = max(count, self._counts.get(path, 0))

    def _read(self, piece: object) -> None:
        for name, paths in _TEXTS.items():
            if name not in self._texts:
                holders = (piece, *(part(piece, holder) for holder in _HOLDERS))
                texts = (part(holder, path) for holder in holders if holder for path in paths)
                if text := _first_text(texts):
                    self._texts[name] = text
        for path in _REASONS:
            self._stop(part(piece, path))
        for members, name in _LISTS:
            found = part(piece, members)
            for member in cast("list[object]", found) if isinstance(found, list | tuple) else ():
                self._stop(part(member, name))

    def _stop(self, reason: object) -> None:
        # Gemini's is an enumeration.
        reason = part(reason, "value") if reason and not isinstance(reason, str) else reason
        if isinstance(reason, str) and reason:
            self._reasons[reason] = None


def _first_text(values: Iterable[object]) -> str | None:
    return next((value for value in values if isinstance(value, str) and value), None)
