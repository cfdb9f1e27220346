"""What a user thought of an answer: an event that joins the answer's trace.

A rating from 1 to 5 and a thumb are two questions; neither answers the other.
"""

import math
import re
from numbers import Real
from typing import TYPE_CHECKING, Final, get_args

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span
from opentelemetry.util.types import AnyValue

from spansight.conventions import attributes, events
from spansight.conventions.attributes import Thumb
from spansight.settings import say
from spansight.telemetry.context import CARRIED
from spansight.telemetry.events import elsewhere, emit
from spansight.telemetry.guard import Guard
from spansight.telemetry.identity import user_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOWEST, _HIGHEST = 1, 5

_TRACE_ID: Final = re.compile(r"(?!0+$)[0-9a-f]{32}", re.IGNORECASE)


def feedback(
    *,
    rating: float | None = None,
    thumb: Thumb | None = None,
    comment: str | None = None,
    span: Span | None = None,
    trace_id: str | None = None,
    response_id: str | None = None,
    user: str | int | None = None,
) -> None:
    """Record what a user thought of an answer: a rating from 1 to 5, a thumb, or words.

    The answer is that of a span, of a trace by its id in hexadecimal, or a response by the id that
    its provider gave it; without any of them, that of the current span.  A thumb is `up` or `down`;
    a comment is masked; a user leaves the process as a keyed hash.  It never raises: what is wrong
    is one line on standard error, and nothing is recorded.
    """
    with Guard("recording of feedback"):
        problem = (
            _problem(rating, thumb, comment)
            or _misplaced(span, trace_id, response_id)
            or _nobody(user)
        )
        if problem:
            say(f"feedback: {problem}; not recorded")
            return
        values: dict[str, AnyValue] = {
            attributes.RATING: None if rating is None else float(rating),
            attributes.THUMB: thumb,
            attributes.RESPONSE_ID: response_id,
            attributes.USER_HASH: None if user in (None, "") else user_hash(user),
        }
        said = {key: value for key, value in values.items() if value is not None}
        about = _about(span, trace_id, response_id)
        emit(events.FEEDBACK, {**_labels(span), **said}, body=comment, context=about)


def _problem(rating: object, thumb: object, comment: object) -> str | None:
    if rating is None and thumb is None and not comment:
        return "nothing said; expected a rating, a thumb or a comment"
    if rating is not None and not _is_rating(rating):
        return f"rating {rating!r:.40}: expected a number from {_LOWEST} to {_HIGHEST}"
    if thumb is not None and thumb not in get_args(Thumb):
        return f"thumb {thumb!r:.40}: expected {' or '.join(get_args(Thumb))}"
    if comment is not None and not isinstance(comment, str):
        return f"comment: expected a text, not a {type(comment).__name__}"
    return None


def _misplaced(span: object, trace_id: object, response_id: object) -> str | None:
    if span is not None and not isinstance(span, Span):
        return f"span {span!r:.40}: expected one of OpenTelemetry's"
    if trace_id is not None and not (isinstance(trace_id, str) and _TRACE_ID.fullmatch(trace_id)):
        return f"trace_id {trace_id!r:.40}: expected 32 hexadecimal digits, not all of them 0"
    if response_id is not None and not (isinstance(response_id, str) and response_id):
        return f"response_id {response_id!r:.40}: expected the id of an answer"
    return None


def _nobody(user: object) -> str | None:
    if user is None or (isinstance(user, str | int) and not isinstance(user, bool)):
        return None
    # Not shown: it may be somebody.
    return f"user: expected a text or a whole number, not a {type(user).__name__}"


def _is_rating(rating: object) -> bool:
    if isinstance(rating, bool) or not isinstance(rating, Real):
        return False
    return math.isfinite(rating) and _LOWEST <= float(rating) <= _HIGHEST


def _about(span: Span | None, trace_id: str | None, response_id: str | None) -> Context | None:
    """Return the context of the answer, None for the current one."""
    if span is not None:
        return trace.set_span_in_context(span)
    if trace_id is not None:
        # No span: which of the trace's the user saw the answer of, nobody knows.
        return elsewhere(trace_id)
    if response_id is not None:
        # The current trace is that of the feedback, not of the answer.
        return trace.set_span_in_context(trace.INVALID_SPAN)
    if not trace.get_current_span().get_span_context().is_valid:
        say("feedback: no span here and none given; recorded, but it joins no trace")
    return None


def _labels(span: Span | None) -> dict[str, AnyValue]:
    """Return whose answer it was, as its span says: the feedback may come from another block."""
    said: Mapping[str, AnyValue] = getattr(span, "attributes", None) or {}
    return {name: said[name] for name in (*CARRIED, attributes.RESPONSE_ID) if name in said}
