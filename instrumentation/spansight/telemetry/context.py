"""Whose call it is: team, feature and the like, carried to every span and event of a block.

They travel as OpenTelemetry baggage, so that a service downstream that is instrumented too
attributes its calls the same way.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from opentelemetry import baggage
from opentelemetry.context import Context, attach, detach, get_current

from spansight.conventions import attributes
from spansight.telemetry.scope import Scope

if TYPE_CHECKING:
    from contextvars import Token

CARRIED: Final = (
    attributes.FEATURE,
    attributes.TEAM,
    attributes.PIPELINE,
    attributes.EXPERIMENT,
    attributes.VARIANT,
    attributes.CONVERSATION_ID,
)
"""The only keys taken from baggage: anyone upstream may have put others there."""

_LONGEST: Final = 128
"""Characters kept of a carried value: several become labels."""


class _Carrying(Scope):
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values: Final = dict(values)
        self._token: Token[Context] | None = None

    def __enter__(self) -> Self:
        current = get_current()
        for key, value in self._values.items():
            current = baggage.set_baggage(key, value, current)
        self._token = attach(current)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._token is not None:
            detach(self._token)


def context(
    *,
    feature: str | None = None,
    team: str | None = None,
    pipeline: str | None = None,
    experiment: str | None = None,
    variant: str | None = None,
    conversation: str | None = None,
) -> Scope:
    """Attribute every call in a block, or in a decorated function, to a feature, a team, ….

    Blocks nest; the inner one wins.
    """
    values = (feature, team, pipeline, experiment, variant, conversation)
    named = zip(CARRIED, values, strict=True)
    return _Carrying({key: str(value) for key, value in named if value is not None})


def carried(parent: Context | None = None) -> dict[str, str]:
    """Return the attributes that a context carries."""
    values = baggage.get_all(parent)
    return {key: str(values[key])[:_LONGEST] for key in CARRIED if values.get(key)}
