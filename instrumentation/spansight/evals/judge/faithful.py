"""Claims against contexts, by a judge: all claims of an answer in one call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from spansight.evals.judge.judge import Judge
from spansight.evals.judge.prompt import Prompt, reasoned, shipped
from spansight.evals.judge.session import Json
from spansight.evals.judge.votes import cast_votes, odd
from spansight.evals.model import Case, Verdict
from spansight.evals.quality import of_claims
from spansight.measures.claims import claims

_OF_ONE: Final = reasoned(supported={"type": "boolean"})
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                **_OF_ONE,
                "properties": {"number": {"type": "integer"}, **_OF_ONE["properties"]},
                "required": ["number", *_OF_ONE["required"]],
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}
CLAIMS: Final = shipped("faithfulness", _SCHEMA)


@dataclass(frozen=True, slots=True)
class JudgedFaithfulness:
    """Supported claims ÷ claims, each checked by a judge; no claims, no score."""

    judge: Judge
    votes: int = 1
    """How many opinions are asked for; of each claim, what most say holds."""
    prompt: Prompt = CLAIMS

    def __post_init__(self) -> None:
        odd(self.votes)

    async def evaluate(self, case: Case) -> Verdict | None:
        """Check every sentence of the answer; the reason lists those that nothing supports."""
        shown = self.prompt.shown(case)
        if case.answer is None or shown is None:
            return None
        made = claims(case.answer)
        if not (made and case.contexts):
            value, reason = of_claims(made, ["there is no context"] * len(made))
            return Verdict(value, reason, "judge", about=self.prompt.about(self.judge.model))
        async with self.judge.asked(self.prompt, often=self.votes > 1) as session:
            message = session.fenced({**shown, "claims": made})
            votes = await cast_votes(
                lambda: session.ask(message.text, lambda said: _miscounted(said, len(made))),
                self.votes,
                lambda vote: tuple(one is None for one in _objections(vote)),
            )
            value, reason = of_claims(made, _most([_objections(vote) for vote in votes]))
            return session.verdict(value, reason + message.note)


def _miscounted(said: Json, claims: int) -> str | None:
    numbers = sorted(one["number"] for one in said["claims"])
    if numbers == list(range(1, claims + 1)):
        return None
    return f"claims {numbers}; expected each from 1 to {claims} once"


def _objections(said: Json) -> list[str | None]:
    """Return why each claim is not supported, None where it is, in the claims' order."""
    ordered: list[Json] = sorted(said["claims"], key=lambda one: one["number"])
    return [None if one["supported"] else one["reason"] or "not supported" for one in ordered]


def _most(votes: Sequence[Sequence[str | None]]) -> list[str | None]:
    """Return of each claim an objection where most have one."""
    each = zip(*votes, strict=True)
    return [
        next(filter(None, of_one)) if of_one.count(None) * 2 < len(of_one) else None
        for of_one in each
    ]
