"""What is judged, between tags that nobody could have foreseen, and cut to what a judge may read.

Pure.  A tag ends in a sign that is a hash of all that stands between the tags: no text can hold the
hash of itself, so that none can end its own fence; and the same case makes the same message.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from spansight.privacy.policy import fitting_length

_HEXITS: Final = 12
_ASCII_PER_TOKEN: Final = 4
"""Of English, about; of any other writing, a letter is taken for a token: rather too many."""
_MARKER_TOKENS: Final = 12


class TooMuch(Exception):  # noqa: N818 - who asks turns it into an error that says what it had cost
    """What may not be cut is more than fits."""


@dataclass(frozen=True, slots=True)
class Fenced:
    """A message, and how much of the contexts is in it."""

    text: str
    kept: float = 1.0

    @property
    def note(self) -> str:
        """What a reason has to say about it."""
        return "" if self.kept == 1 else f" (read {self.kept:.0%} of the contexts)"


def tokens(text: str) -> int:
    """Return about how many tokens a text has, without a tokenizer."""
    plain = sum(map(str.isascii, text))
    return -(-plain // _ASCII_PER_TOKEN) + len(text) - plain


def fenced(parts: Mapping[str, str | Sequence[str]], budget: int) -> Fenced:
    """Put each part between its tags; the contexts are cut, the longest first, to fit."""
    rest = sum(tokens(text) for name, text in _texts(parts) if name != "contexts")
    if rest > budget:
        raise TooMuch(f"about {rest} tokens without the contexts; expected at most {budget}")
    whole = list(parts.get("contexts", ()))
    told = _cut(whole, budget - rest)
    pairs = list(_texts({**parts, "contexts": told} if whole else parts))
    sign = hashlib.sha256(json.dumps(pairs).encode()).hexdigest()[:_HEXITS]
    blocks = (f"<{name}-{sign}>\n{text}\n</{name}-{sign}>" for name, text in _numbered(pairs))
    # A context that is cut ends in a marker, which is none of it.
    left = sum(
        len(before) if before == after else after.rfind("\n[… ")
        for before, after in zip(whole, told, strict=True)
    )
    total = sum(map(len, whole))
    message = "\n\n".join((f"The sign of this message is {sign}.", *blocks))
    return Fenced(message, left / total if total else 1.0)


def _texts(parts: Mapping[str, str | Sequence[str]]) -> Iterator[tuple[str, str]]:
    for name, part in parts.items():
        yield from ((name, text) for text in ([part] if isinstance(part, str) else part))


def _numbered(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Give each of several a number: `contexts` become context-1 and so on."""
    place: dict[str, int] = {}
    for name, text in pairs:
        if not name.endswith("s"):
            yield name, text
            continue
        place[name] = place.get(name, 0) + 1
        yield f"{name.removesuffix('s')}-{place[name]}", text


def _cut(contexts: Sequence[str], budget: int) -> list[str]:
    sizes = [tokens(text) for text in contexts]
    most = fitting_length(sizes, budget)
    if most is None:
        return list(contexts)
    room = max(most - _MARKER_TOKENS, 0)
    return [
        text if size <= most else _shortened(text, len(text) * room // size)
        for text, size in zip(contexts, sizes, strict=True)
    ]


def _shortened(text: str, length: int) -> str:
    return f"{text[:length]}\n[… {len(text) - length} characters left out]"
