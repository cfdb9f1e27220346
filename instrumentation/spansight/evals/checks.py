"""Checks of one answer that need no model: each passes or fails, or has nothing to judge."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from spansight.errors import ConfigError
from spansight.evals.model import Case, Verdict
from spansight.evals.schemas import first_error
from spansight.measures import citations
from spansight.measures.claims import is_refusal

_SCRIPTS: Final = {"en": re.compile("[A-Za-z]"), "ko": re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")}
LANGUAGES: Final = tuple(_SCRIPTS)
_CUT_OFF: Final = frozenset({"length", "max_tokens", "MAX_TOKENS", "max_output_tokens"})


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """The answer says anything."""

    def evaluate(self, case: Case) -> bool | None:
        """Look for a letter, a digit or a sign."""
        return None if case.answer is None else bool(case.answer.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """The answer is so many characters long."""

    quotes: ClassVar = False
    least: int = 0
    most: int | None = None

    def evaluate(self, case: Case) -> Verdict | None:
        """Count the characters."""
        if case.answer is None:
            return None
        length = len(case.answer)
        fits = self.least <= length and (self.most is None or length <= self.most)
        return Verdict(fits, f"{length} characters")


@dataclass(frozen=True, slots=True)
class Matches:
    """The answer has a part that a regular expression matches."""

    pattern: str

    def __post_init__(self) -> None:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ConfigError(f"pattern {self.pattern!r}: {error}") from error

    def evaluate(self, case: Case) -> bool | None:
        """Search for the pattern; its flags stand in it, such as `(?i)`."""
        return None if case.answer is None else bool(re.search(self.pattern, case.answer))


@dataclass(frozen=True, slots=True)
class MatchesSchema:
    """The answer is JSON, and as a JSON Schema has it."""

    schema: Mapping[str, Any]

    def evaluate(self, case: Case) -> Verdict | None:
        """Name the first thing that is wrong, and where."""
        if case.answer is None:
            return None
        try:
            value = json.loads(case.answer)
        except ValueError as error:
            return Verdict(value=False, reason=f"no JSON: {error}")
        wrong = first_error(self.schema, value)
        return Verdict(wrong is None, wrong or "")


@dataclass(frozen=True, slots=True)
class Language:
    """Most letters are of a language's script; of any other Latin script, it is none the wiser."""

    quotes: ClassVar = False
    code: Literal["en", "ko"]
    share: float = 0.5

    def evaluate(self, case: Case) -> Verdict | None:
        """Count the letters; code, names and numbers in between are usual."""
        letters = [one for one in case.answer or "" if one.isalpha()]
        if not letters:
            return None
        own = sum(bool(_SCRIPTS[self.code].match(one)) for one in letters) / len(letters)
        return Verdict(own >= self.share, f"{own:.0%} of its letters")


@dataclass(frozen=True, slots=True)
class NotRefused:
    """The answer does not say, in the usual words of English and Korean, that it is none."""

    def evaluate(self, case: Case) -> bool | None:
        """Look for those words."""
        return None if case.answer is None else not is_refusal(case.answer)


@dataclass(frozen=True, slots=True)
class NotCutOff:
    """The answer did not end because it had reached its longest."""

    quotes: ClassVar = False

    def evaluate(self, case: Case) -> Verdict | None:
        """Read the finish reason."""
        reason = case.finish_reason
        return None if reason is None else Verdict(reason not in _CUT_OFF, reason)


@dataclass(frozen=True, slots=True)
class WithinLatency:
    """The answer took no longer than this many seconds."""

    quotes: ClassVar = False
    most_s: float

    def evaluate(self, case: Case) -> Verdict | None:
        """Compare the latency."""
        took = case.latency_s
        return None if took is None else Verdict(took <= self.most_s, f"{took:.3g} s")


@dataclass(frozen=True, slots=True)
class WithinTokens:
    """The call used no more tokens than this, of input and output together."""

    quotes: ClassVar = False
    most: int

    def evaluate(self, case: Case) -> Verdict | None:
        """Add up those that are known."""
        counts = [one for one in (case.input_tokens, case.output_tokens) if one is not None]
        return Verdict(sum(counts) <= self.most, f"{sum(counts)} tokens") if counts else None


@dataclass(frozen=True, slots=True)
class CitesContexts:
    """The answer refers to its contexts, as [1], and to none that there are not."""

    quotes: ClassVar = False

    def evaluate(self, case: Case) -> Verdict | None:
        """Look where the references lead."""
        if case.answer is None or not case.contexts:
            return None
        astray = citations.dangling(case.answer, case.contexts)
        if astray:
            return Verdict(value=False, reason=f"no such context: {', '.join(map(str, astray))}")
        return Verdict(bool(citations.cited(case.answer)), f"{len(case.contexts)} contexts")
