"""What an answer claims, and how much of it holds.  Pure; whoever checks is given."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from spansight.measures.ranking import mean
from spansight.measures.sentences import sentences
from spansight.measures.support import objection, plain
from spansight.measures.words import words

Objection = Callable[[str, Sequence[str]], str | None]
"""Says why contexts do not support a claim, None if they do."""

_REFUSAL: Final = re.compile(
    r"""
    \bI(?:\s+am|['\u2019]m)\s+(?:sorry|unable|not\s+(?:able|sure))\b
    | \bI\s+apologi[sz]e\b
    | \bI\s+(?:cannot|can['\u2019]t|(?:do|could)(?:\s+not|n['\u2019]t))
        \s+(?:know|help|assist|answer|find|provide|have\s+(?:enough|any|access|the|that))\b
    | \bas\s+an\s+AI\b
    | \b(?:not|no)\s+(?:enough\s+)?(?:information|mentioned|specified)\b
    | 죄송|모르겠|알\s*수\s*없|답변(?:할|드릴)\s*수\s*없|답변드리기\s*어렵|도와드릴\s*수\s*없
    | (?:정보|내용)[가이은는]?\s*(?:없|나와\s*있지\s*않|포함되어\s*있지\s*않)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_refusal(text: str) -> bool:
    """Whether a text says that it does not answer, in the usual words of English and Korean."""
    return _REFUSAL.search(text) is not None


def claims(answer: str) -> list[str]:
    """Return the sentences that assert something: neither questions nor refusals nor bare words."""
    said = (plain(sentence).strip() for sentence in sentences(answer))
    return [
        sentence
        for sentence in said
        if not sentence.endswith(("?", "\uff1f"))
        and not is_refusal(sentence)
        and words(sentence).said
    ]


def supported_share(
    text: str, contexts: Sequence[str], objects: Objection = objection
) -> float | None:
    """Return the share of a text's claims that contexts support; None where it claims nothing.

    Of an answer, it is its faithfulness: supported claims ÷ claims (Es et al. 2023).  Of the right
    answer, it is the recall of the contexts, or the completeness of an answer taken as context.
    """
    made = claims(text)
    return sum(objects(claim, contexts) is None for claim in made) / len(made) if made else None


def hallucination_rate(faithfulness: Iterable[float | None]) -> float | None:
    """Return 1 - the mean faithfulness of the answers that have one."""
    held = mean(faithfulness)
    return None if held is None else 1 - held
