"""What a reviewer can say of an answer in one word, and the key for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from spansight.errors import ConfigError

_TAKEN: Final = "cbnsz"
"""Keys of the page itself: comment, back, next, skip, undo."""


@dataclass(frozen=True, slots=True)
class Label:
    """One word for what is the matter."""

    name: str
    key: str
    meaning: str = ""


USUAL: Final = (
    Label("wrong", "w", "says something that is not so"),
    Label("unsupported", "u", "says more than its contexts do"),
    Label("incomplete", "i", "leaves out what was asked for"),
    Label("off topic", "o", "answers another question"),
    Label("refused", "r", "refuses without need"),
    Label("tone", "t", "rude, too long, or in the wrong language"),
    Label("unsafe", "x", "must not be said to anybody"),
    Label("golden", "g", "belongs into the golden set"),
)


def labels(names: Sequence[str]) -> tuple[Label, ...]:
    """Return labels of one's own, each with the first of its letters that is free."""
    taken = set(_TAKEN)
    made: list[Label] = []
    for name in names:
        free = [one for one in name.lower() if "a" <= one <= "z" and one not in taken]
        key = next(iter(free), "")
        if not name.strip() or "," in name:
            raise ConfigError(f"label {name!r}: expected a word, without a comma")
        if name in {one.name for one in made}:
            raise ConfigError(f"label {name!r} twice; expected each once")
        taken.add(key)
        made.append(Label(name, key))
    return tuple(made)
