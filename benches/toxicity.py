"""How well abuse is told from what looks like it: the table of docs/toxicity.md.

toxicity.tsv is a set of 219 short texts in English and Korean, written and labelled by hand for
this purpose; no text of it taught the packaged model, and none of it was taken from a user.
"""

import sys
from pathlib import Path
from typing import Final

from spansight.evals import Case
from spansight.evals.toxicity import NotAbusive, Packaged, Scorer

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.labelled import Flags, table

THRESHOLD: Final = 0.5


def main() -> None:
    """Print the table."""
    sys.stdout.write(table(readers()))


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
