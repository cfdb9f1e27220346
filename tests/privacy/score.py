"""How well the patterns do on the corpus, as the table of docs/privacy.md."""

from collections.abc import Callable, Iterable
from typing import Final

from privacy import corpus
from privacy.corpus import Case

_HEAD: Final = """\
| kind | secrets | masked | recall | harmless texts masked as it |
| --- | --- | --- | --- | --- |
"""


def table(mask: Callable[[str], str]) -> str:
    """Return one row a kind: of every secret, those known to pass included, how many it masks."""
    secrets = [*corpus.positives(), *corpus.missed()]
    harmless = [*corpus.negatives(), *(case.text for case in corpus.mistaken())]
    changed = [masked for text in harmless if (masked := mask(text)) != text]
    kinds = sorted({case.kind for case in secrets})
    rows = [_row(kind, [c for c in secrets if c.kind == kind], changed, mask) for kind in kinds]
    found = sum(_is_masked(case, mask) for case in secrets)
    total = (
        f"| all | {len(secrets)} | {found} | {found / len(secrets):.1%} "
        f"| {len(changed)} of {len(harmless)} |\n"
    )
    return _HEAD + "".join(rows) + total


def _row(kind: str, cases: list[Case], changed: Iterable[str], mask: Callable[[str], str]) -> str:
    found = sum(_is_masked(case, mask) for case in cases)
    mistaken = sum(f"[{kind}]" in text for text in changed)
    return f"| {kind} | {len(cases)} | {found} | {found / len(cases):.1%} | {mistaken} |\n"


def _is_masked(case: Case, mask: Callable[[str], str]) -> bool:
    masked = mask(case.text)
    return case.secret not in masked and f"[{case.kind}]" in masked
