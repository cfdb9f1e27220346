"""How well abuse is told from what looks like it: the table of docs/toxicity.md.

toxicity.tsv is a set of 219 short texts in English and Korean, written and labelled by hand for
this purpose; no text of it taught the packaged model, and none of it was taken from a user.

    python benches/toxicity.py                         our own
    python benches/toxicity.py test_suite_cases.csv    github.com/paul-rottger/hatecheck-data
    python benches/toxicity.py dev.tsv                 github.com/kocohub/korean-hate-speech
"""

import csv
import sys
from pathlib import Path
from typing import Final

from spansight.evals import Case
from spansight.evals.toxicity import NotAbusive, Packaged, Scorer

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.labelled import Flags, Labelled, shares, table

THRESHOLD: Final = 0.5
_OTHERS: Final = {"functionality": ("en", "test_case"), "hate": ("ko", "comments")}
"""The column of a set's categories → its language, and the column of its texts."""


def main() -> None:
    """Print the table of our own set, or of somebody else's."""
    others = [Path(word) for word in sys.argv[1:]]
    told = [shares(read(path), readers()) for path in others] or [table(readers())]
    sys.stdout.write("\n".join(told))


def read(path: Path) -> list[Labelled]:
    """Read a set by the column that it has."""
    is_tsv = path.suffix == ".tsv"  # which quotes nothing
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            *csv.DictReader(
                file,
                delimiter="\t" if is_tsv else ",",
                quoting=csv.QUOTE_NONE if is_tsv else csv.QUOTE_MINIMAL,
            )
        ]
    column = next(name for name in _OTHERS if name in rows[0])
    language, text = _OTHERS[column]
    return [Labelled(language, row[column], row[text]) for row in rows]


def readers() -> dict[str, Flags]:
    """Return who is compared: the package as it is, with our reading of mentions, and the list."""
    return {
        "the package as it is": _above(Packaged(is_plain=True)),
        "`toxicity` ≥ 0.5": _above(Packaged()),
        "`not_abusive`": _listed,
    }


def _above(scorer: Scorer) -> Flags:
    def flags(text: str) -> bool | None:
        score = scorer(text)
        return None if score is None else score >= THRESHOLD

    return flags


def _listed(text: str) -> bool | None:
    verdict = NotAbusive().evaluate(Case(id="1", question="", answer=text))
    return None if verdict is None else not verdict.value


if __name__ == "__main__":
    main()
