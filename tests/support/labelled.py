"""The labelled set of benches/toxicity.tsv, and how well somebody who flags texts does on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SET: Final = Path(__file__).parents[2] / "benches" / "toxicity.tsv"
ABUSIVE: Final = ("insult", "threat", "profanity")
"""Categories that should be flagged; of all others, none should."""

Flags = Callable[[str], bool | None]
"""Whether a text is flagged; None where whoever is asked does not read it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, its language, and what it is."""

    language: str
    category: str
    text: str

    @property
    def is_abusive(self) -> bool:
        """Whether it should be flagged."""
        return self.category in ABUSIVE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody did with some of the texts."""

    read: int
    flagged: int
    of: int

    def __str__(self) -> str:
        """Say it as the tables do."""
        if not self.read:
            return "no score"
        unread = f" of {self.read} read" if self.read < self.of else ""
        return f"{self.flagged / self.read:.0%}{unread}"


def labelled() -> list[Labelled]:
    """Read the set."""
    _, *rows = SET.read_text("utf-8").splitlines()
    return [Labelled(*row.split("\t")) for row in rows]


def outcome(texts: Sequence[Labelled], flags: Flags) -> Outcome:
    """Ask about texts."""
    said = [flag for one in texts if (flag := flags(one.text)) is not None]
    return Outcome(read=len(said), flagged=sum(said), of=len(texts))


def figures(texts: Sequence[Labelled], flags: Flags) -> Mapping[str, float]:
    """Return accuracy, precision, recall and false-positive rate over what was read."""
    read = [(one, flag) for one in texts if (flag := flags(one.text)) is not None]
    right = sum(one.is_abusive == flag for one, flag in read)
    hits = sum(one.is_abusive and flag for one, flag in read)
    abusive = sum(one.is_abusive for one, _ in read)
    flagged = sum(flag for _, flag in read)
    return {
        "read": len(read) / len(texts),
        "accuracy": right / len(read) if read else 0.0,
        "precision": hits / flagged if flagged else 0.0,
        "recall": hits / abusive if abusive else 0.0,
        "false positives": (flagged - hits) / (len(read) - abusive) if read else 0.0,
    }


def shares(texts: Sequence[Labelled], readers: Mapping[str, Flags]) -> str:
    """Return a Markdown table: the share flagged of each category."""
    lines = [_row("", "texts", *readers), _row(*["---"] * (2 + len(readers)))]
    for language, category in dict.fromkeys((one.language, one.category) for one in texts):
        some = [one for one in texts if (one.language, one.category) == (language, category)]
        told = (str(outcome(some, flags)) for flags in readers.values())
        lines.append(_row(f"{language}: {category}", str(len(some)), *told))
    return "\n".join(lines) + "\n"


def table(readers: Mapping[str, Flags]) -> str:
    """Return the shares of our own set, then the figures of each language."""
    texts, lines = labelled(), list[str]()
    for language in dict.fromkeys(one.language for one in texts):
        some = [one for one in texts if one.language == language]
        told = [figures(some, flags) for flags in readers.values()]
        for name in told[0]:
            values = (f"{one[name]:.0%}" if one["read"] else "no score" for one in told)
            lines.append(_row(f"**{language}: {name}**", str(len(some)), *values))
    return shares(texts, readers) + "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
