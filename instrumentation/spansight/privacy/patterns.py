r"""The one source of masking patterns, for this process and for the Collector.

Both Python's ``re`` (with ``re.ASCII``) and Go's RE2 run them, so there is no look-around.  Group 1
is what stands in front of the secret and is kept.  Prompts often arrive as JSON text, where a
letter of an escape such as ``\n`` or ``\uc804`` would hide the start of a number, or be taken for
the start of an address: a prefix therefore takes an escape whole, before it takes a character.
"""

from dataclasses import dataclass
from typing import Final

_ESCAPE: Final = r"^|\\u[0-9a-fA-F]{4}|\\[nrtbf]"
_BEFORE_WORD: Final = rf"({_ESCAPE}|[^A-Za-z0-9])"
_BEFORE_ADDRESS: Final = rf"({_ESCAPE}|[^A-Za-z0-9._%+-])"
# The digits behind a decimal point are no card: a full stop counts only after something else.
_BEFORE_NUMBER: Final = rf"({_ESCAPE}|[^0-9.]|[^0-9]\.)"
_GAP: Final = "[- .]?"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of secret."""

    name: str
    guard: str
    """A cheap expression that holds wherever `regex` can match: clean text costs no more."""
    regex: str

    @property
    def replacement(self) -> str:
        """What stands in place of the secret, behind the kept group 1."""
        return f"[{self.name}]"


def _any(*alternatives: str) -> str:
    return f"(?:{'|'.join(alternatives)})"


# In JSON, quotes may be escaped: `\"api_key\": \"…\"`.
_ASSIGNED: Final = r"""\\?["']? *[:=] *\\?["']?"""
_NAMES: Final = r"(?i:api[_-]?key|access[_-]?token|secret[_-]?key|client[_-]?secret|passw(?:or)?d)"

PATTERNS: Final = (
    Pattern(
        "API_KEY",
        "(?i:authorization)",
        rf"((?i:authorization){_ASSIGNED}(?i:bearer|basic|token) +)[A-Za-z0-9._~+/=-]{{8,}}",
    ),
    # A token has a digit, unlike "bearer of news".
    Pattern(
        "API_KEY",
        "(?i:bearer) ",
        r"((?i:bearer) +)[A-Za-z._~+/-]*[0-9][A-Za-z0-9._~+/=-]{7,}",
    ),
    Pattern(
        "API_KEY",
        _NAMES,
        rf"""({_NAMES}{_ASSIGNED})[^\s"'\\,;&}}]{{8,}}""",
    ),
    # OpenAI and Anthropic, Google, AWS, GitHub, GitLab, Slack, Hugging Face, Groq, JSON web tokens.
    Pattern(
        "API_KEY",
        "sk-|AIza|A[KS]IA|gh[opsur]_|github_pat_|glpat-|xox|hf_|gsk_|eyJ",
        _BEFORE_WORD
        + _any(
            r"sk-(?:[A-Za-z0-9_]+-)*[A-Za-z0-9_]{16,}[A-Za-z0-9_-]*",
            r"AIza[A-Za-z0-9_-]{35}",
            r"A[KS]IA[A-Z0-9]{16}\b",
            r"gh[opsur]_[A-Za-z0-9]{20,}",
            r"github_pat_[A-Za-z0-9_]{20,}",
            r"glpat-[A-Za-z0-9_-]{20,}",
            r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
            r"(?:hf|gsk)_[A-Za-z0-9]{20,}",
            r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        ),
    ),
    Pattern(
        "EMAIL",
        "@",
        _BEFORE_ADDRESS
        + r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}",
    ),
    # Korean resident registration number.  The hyphen is required: without it, milliseconds since
    # 1970 match too; numbers issued since October 2020 have no checksum that could tell.
    Pattern(
        "RRN",
        "[0-9] ?- ?[0-9]",
        _BEFORE_NUMBER + r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]) ?- ?[0-9]{7}\b",
    ),
    # Whole groups only: a separator after any digit would reach into the number that follows.
    Pattern(
        "CARD",
        "[0-9]{4}[- ]?[0-9]{4}",
        _BEFORE_NUMBER
        + _any(
            r"(?:4[0-9]|5[1-5]|2[2-7]|35|6[0-9]|9[0-9])[0-9]{2}(?:[- ]?[0-9]{4}){3}",
            r"3[47][0-9]{2}[- ]?[0-9]{6}[- ]?[0-9]{5}",
        )
        + r"\b",
    ),
    Pattern(
        "PHONE",
        r"[0-9]{3}[- .]?[0-9]{4}|\+[1-9]",
        _BEFORE_NUMBER
        + _any(
            # Korea: mobile, then landline and 070, with and without the country code.
            rf"(?:\+?82{_GAP}(?:\(0\))?|0)1[016-9]{_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{4}}",
            rf"\+82{_GAP}(?:\(0\))?(?:2|[3-6][1-5]|70){_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{4}}",
            r"\(?0(?:2|[3-6][1-5]|70|50[2-8])(?:\) ?|[- .])[0-9]{3,4}[- .][0-9]{4}",
            # North America, and anything with a country code.
            rf"(?:\+?1{_GAP})?(?:\([2-9][0-9]{{2}}\) ?|[2-9][0-9]{{2}}[- .])"
            r"[2-9][0-9]{2}[- .][0-9]{4}",
            rf"\+[1-9][0-9]{{0,2}}{_GAP}(?:\([0-9]{{1,4}}\)|[0-9]{{1,4}})(?:{_GAP}[0-9]{{2,4}}){{2,4}}",
        )
        + r"\b",
    ),
)
"""In the order in which they are applied."""
