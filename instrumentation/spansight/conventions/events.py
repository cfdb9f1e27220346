"""Event names: log records that Loki keeps, joined to the trace by trace id and span id.

Loki does not keep the OTLP event name, so the Collector copies it
into the attribute ``event_name``.
"""

from typing import Final

CONTENT: Final = "gen_ai.client.inference.operation.details"
"""Prompt and answer of one call; the Collector moves them into the body as one JSON object."""

EVALUATION: Final = "gen_ai.evaluation.result"
"""One score, whoever judged; the body is the explanation, if any."""

FEEDBACK: Final = "spansight.feedback"
"""What a user thought of an answer; the body is the comment, if any."""

EXCEPTION: Final = "gen_ai.client.operation.exception"

ALL: Final = (CONTENT, EVALUATION, FEEDBACK, EXCEPTION)

LONGEST_BODY: Final = 240_000
"""Bytes of a body; a longer one is cut, for Loki refuses a line of more than 256 KiB by default."""

LONGEST_ATTRIBUTES: Final = 48_000
"""Bytes of an event's attributes as JSON; Loki takes 64 KiB of structured metadata by default."""
