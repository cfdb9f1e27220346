"""Whose call it is: team, feature and the like, carried to every span and event of a block.

They are kept in the OpenTelemetry context beside the baggage, not in it: the standard propagator
sends baggage to every host that a request goes to, the model's provider included.
"""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, cast

from opentelemetry.context import Context, attach, create_key, get_value, set_value

from spansight.conventions import attributes
from spansight.settings import say
from spansight.telemetry.guard import Guard
from spansight.telemetry.identity import is_user_hash, user_hash
from spansight.telemetry.scopes.current import restore
from spansight.telemetry.scopes.scope import Scope

if TYPE_CHECKING:
    from contextvars import Token

CARRIED: Final = (
    attributes.TEAM,
    attributes.FEATURE,
    attributes.PIPELINE,
    attributes.EXPERIMENT,
    attributes.VARIANT,
    attributes.USER_HASH,
    attributes.CONVERSATION_ID,
    attributes.PROMPT_NAME,
    attributes.PROMPT_VERSION,
)
"""What a context can carry, and the only names that are taken from a request."""

LONGEST: Final = 128
"""Characters kept of a value: several become labels."""

_KEY: Final = create_key("spansight-carried")


class _Carrying(Scope):
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values: Final = values
        self._tokens: Final[list[Token[Context]]] = []

    def __copy__(self) -> Self:
        return type(self)(self._values)

    def __enter__(self) -> Self:
        self._tokens.append(attach(carrying(self._values)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # One object may hold for many blocks, inside each other and in several threads at once.
        for token in self._tokens[::-1]:
            if restore(token):
                self._tokens.remove(token)
                return
        del self._tokens[:1]


def context(
    *,
    feature: str | None = None,
    team: str | None = None,
    pipeline: str | None = None,
    conversation: str | None = None,
    user: str | int | None = None,
    prompt: tuple[str, str | int] | None = None,
    experiment: str | None = None,
    variant: str | None = None,
) -> Scope:
    """Attribute every call in a block, or in a decorated function, to a feature, a team, ….

    Blocks nest; the inner one wins.  A prompt is the name and the version of a template.  Of a
    user, nothing but a keyed hash leaves the process.  It never raises: a value of more than 128
    characters is cut, and one of another type is left out, with one line on standard error.
    """
    values: dict[str, str] = {}
    with Guard("values of a context"):
        name, version = _pair(prompt)
        named = {
            attributes.TEAM: ("team", team),
            attributes.FEATURE: ("feature", feature),
            attributes.PIPELINE: ("pipeline", pipeline),
            attributes.EXPERIMENT: ("experiment", experiment),
            attributes.VARIANT: ("variant", variant),
            attributes.CONVERSATION_ID: ("conversation", conversation),
            attributes.PROMPT_NAME: ("prompt", name),
            attributes.PROMPT_VERSION: ("prompt", version),
            attributes.USER_HASH: ("user", user if user is None else _pseudonym(user)),
        }
        told = {key: _told(word, value) for key, (word, value) in named.items()}
        values = {key: text for key, text in told.items() if text}
    return _Carrying(values)


def carried(parent: Context | None = None) -> dict[str, str]:
    """Return the attributes that a context carries; they are shared, not the caller's to change."""
    return cast("dict[str, str] | None", get_value(_KEY, parent)) or {}


def carrying(values: Mapping[str, str], parent: Context | None = None) -> Context:
    """Return a context that carries these attributes too."""
    return set_value(_KEY, {**carried(parent), **values}, parent)


def accepted(values: Mapping[str, object]) -> dict[str, str]:
    """Return what may be believed of the values that a request brought."""
    texts = {key: _printable(str(values[key]))[:LONGEST] for key in CARRIED if key in values}
    if not is_user_hash(texts.get(attributes.USER_HASH, "")):
        texts.pop(attributes.USER_HASH, None)
    return {key: text for key, text in texts.items() if text}


def _pseudonym(user: object) -> object:
    if isinstance(user, str | int) and not isinstance(user, bool) and user != "":
        return user_hash(user)
    return user


def _pair(prompt: object) -> tuple[object, object]:
    if isinstance(prompt, tuple | list) and len(pair := cast("Sequence[object]", prompt)) == 2:  # noqa: PLR2004 - a pair
        return pair[0], pair[1]
    if prompt is not None:
        say("context(prompt=…): expected its name and its version; left out")
    return None, None


def _told(word: str, value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        say(f"context({word}=…): expected a text, not a {type(value).__name__}; left out")
        return None
    text = _printable(str(value))
    if len(text) > LONGEST:
        say(f"context({word}=…): expected at most {LONGEST} characters; cut")
    return text[:LONGEST]


def _printable(text: str) -> str:
    """Return the text on one line, without control characters and halves of characters."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())
